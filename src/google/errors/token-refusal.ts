import type { EpochMs } from "../../core/account";
import type { Failure } from "../../core/outcome";
import { oneLine } from "./line";
import { asRecord, asText, parseJson } from "./loose";
import { tidy } from "./sentence";
import { TOKEN_RULES, type TokenRule, type TokenVerdict } from "./token-rules";

const LONGEST = 2_000;

/** What was refused: one of our own logins, a key file, the user's application default credentials. */
export type RefusedHolder = "login" | { readonly keyFile: string } | { readonly userFile: string };

/** A refusal of the token endpoint, as it came. `body` holds at most 64 KiB. */
export interface TokenRefusal {
  readonly status: number;
  readonly body: string;
  /** Default: a login of our own. */
  readonly holder?: RefusedHolder;
  /** The time here and the time there when the answer came, where both are known. */
  readonly clocks?: { readonly here: EpochMs; readonly google: EpochMs };
}

/**
 * Translates a refusal of Google's token endpoint. Pure and total. A failing endpoint (5xx, 429, an answer that is not its own) is
 * transient and no account's fault; what names the client, the clock or our request is this machine's.
 */
export function classifyTokenRefusal(refusal: TokenRefusal): Failure {
  const { status } = refusal;
  const said = readRefusal(refusal.body);
  const rule = status < 500 ? ruleFor(said) : undefined;
  if (rule) return judged(rule.verdict, refusal);
  const isOurs = status >= 400 && status < 500 && ![408, 429].includes(status) && said.error !== "";
  if (isOurs) {
    const sentence = tidy(`Google's login service refused the call (${said.name}). ${said.description}`);
    return { kind: "machine", status, sentence };
  }
  const sentence = "Google's login service did not answer as it should.";
  return { kind: "transient", cause: "server", status, sentence };
}

interface Said {
  readonly name: string;
  readonly error: string;
  readonly description: string;
  readonly words: string;
}

function readRefusal(body: string): Said {
  const answer = asRecord(parseJson(body));
  const said = (field: string) => oneLine((asText(answer?.[field]) ?? "").slice(0, LONGEST));
  const name = said("error");
  const error = name.toLowerCase();
  const description = said("error_description");
  return { name, error, description, words: `${error} ${description} ${said("error_subtype")}`.toLowerCase() };
}

const ruleFor = ({ error, words }: Said): TokenRule | undefined =>
  TOKEN_RULES.find((row) => row.errors.includes(error) && (row.has?.some((text) => words.includes(text)) ?? true));

function judged(verdict: TokenVerdict, { status, holder = "login", clocks }: TokenRefusal): Failure {
  switch (verdict.kind) {
    case "clock":
      return { kind: "machine", status, sentence: clockSentence(clocks) };
    case "machine":
      return { kind: "machine", status, sentence: verdict.say };
    case "parked":
      return {
        kind: "parked",
        state: "needs-login",
        scope: "account",
        status,
        sentence: parkedSentence(verdict, holder),
      };
  }
}

function parkedSentence({ say, final }: Extract<TokenVerdict, { kind: "parked" }>, holder: RefusedHolder): string {
  if (holder === "login") return final ? say : `${say} Log in again.`;
  if ("userFile" in holder) {
    return tidy(`${say} Run "gcloud auth application-default login" (its file is ${holder.userFile}).`);
  }
  return tidy(
    `Google refuses the key in ${holder.keyFile}: the key or its service account was deleted or disabled. Put a new key there, then log in again.`,
  );
}

/** The times tell which clock to look at; below a minute apart they are not the reason worth naming. */
function clockSentence(clocks: TokenRefusal["clocks"]): string {
  const wrong = "This machine's clock is wrong: Google refuses tokens signed with it.";
  if (!clocks || Math.abs(clocks.here - clocks.google) < CLOCK_NOISE_MS) return `${wrong} Set the time.`;
  return `${wrong} Here it is ${timeOf(clocks.here)}, at Google ${timeOf(clocks.google)}. Set the time.`;
}

const CLOCK_NOISE_MS = 60_000;

/** E.g. 2026-11-20 12:00:00 UTC. */
const timeOf = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
