import type { BackendName } from "../core/account";
import { NO_SIGNATURES, type SignatureCount } from "./answer";
import type { Json } from "./wire";

/** What Google documents as a stand-in for a signature that is not at hand (https://ai.google.dev/gemini-api/docs/thought-signatures). */
const PLACEHOLDERS: ReadonlySet<unknown> = new Set([
  "skip_thought_signature_validator",
  "context_engineering_is_the_way_to_go",
]);

/** Vertex AI takes but one of them (pydantic/pydantic-ai#3881). */
const VERTEX_PLACEHOLDERS: ReadonlySet<unknown> = new Set(["skip_thought_signature_validator"]);

const MARK = "example-signature:";

/** A signature that says which account minted it. */
export const mintSignature = (account: string, count: number): string =>
  Buffer.from(`${MARK}${count}:${account}`, "utf8").toString("base64");

/** The account a signature was minted by; undefined where it is none of ours. */
export function mintedBy(signature: string): string | undefined {
  const text = Buffer.from(signature, "base64").toString("utf8");
  if (!text.startsWith(MARK)) return undefined;
  return text.slice(text.indexOf(":", MARK.length) + 1);
}

/** Everything a strict judge wants to know of a history. `corrupted`: a signature that nobody here minted. */
export interface SignatureJudgement {
  readonly count: SignatureCount;
  readonly corrupted: boolean;
}

/**
 * Judges the history of a request by `account`. A step of the current turn must begin with a signed call where `steps` is true.
 * `backend`: whose placeholders count.
 */
export function judgeSignatures(
  contents: readonly Json[],
  account: string,
  steps: boolean,
  backend: BackendName | "oauth" = "gemini-api",
): SignatureJudgement {
  const placeholders = backend === "vertex" ? VERTEX_PLACEHOLDERS : PLACEHOLDERS;
  const signed = contents.flatMap((content) =>
    partsOf(content).flatMap(({ thoughtSignature }) =>
      typeof thoughtSignature === "string" ? [thoughtSignature] : [],
    ),
  );
  const real = signed.filter((signature) => !placeholders.has(signature));
  const own = real.filter((signature) => mintedBy(signature) === account).length;
  return {
    count: {
      own,
      foreign: real.length - own,
      placeholder: signed.length - real.length,
      missing: steps ? unsignedSteps(contents) : 0,
    },
    corrupted: real.some((signature) => mintedBy(signature) === undefined),
  };
}

/** Nothing was looked at. */
export const NOT_JUDGED: SignatureJudgement = { count: NO_SIGNATURES, corrupted: false };

/** Parts of a content, whatever it is. */
export const partsOf = (content: Json): readonly Json[] =>
  Array.isArray(content["parts"]) ? (content["parts"] as Json[]) : [];

/** The current turn begins after the last thing the person said. */
function unsignedSteps(contents: readonly Json[]): number {
  const turn = contents.findLastIndex(
    (content) => content["role"] === "user" && partsOf(content).some((part) => "text" in part),
  );
  return contents
    .slice(turn + 1)
    .filter((content) => content["role"] === "model")
    .map((content) => partsOf(content).find((part) => "functionCall" in part))
    .filter((call) => call !== undefined && typeof call["thoughtSignature"] !== "string").length;
}
