import type { Account } from "../../core/account";
import type { CallMethod, CallTraits } from "../../core/call";
import type { Access } from "../../ports/upstream";
import type { Clock } from "../../ports/world";
import { replaceSignatures } from "../signatures";
import { unwrapped } from "../stream/framing";
import { originOf } from "./endpoint";
import { failedFetch } from "./failed";
import type { GoogleBackend } from "./google-backend";
import { headersFor } from "./headers";
import { createReceiver } from "./receive";

const VERSION = "v1internal";

/** What Code Assist has of the Gemini API (google-gemini/gemini-cli, packages/core/src/code_assist/server.ts). */
const METHODS: ReadonlySet<CallMethod> = new Set(["generateContent", "streamGenerateContent", "countTokens"]);

export interface CodeAssistParts {
  /** Origin, e.g. `https://cloudcode-pa.googleapis.com`; a version behind it is tolerated. */
  readonly endpoint: string;
  readonly clock: Clock;
  /** A new opaque id for each call. */
  readonly newId: () => string;
}

/** Code Assist: the same calls inside an envelope, which is put around the host's body without parsing it. */
export function createCodeAssistBackend({ endpoint, clock, newId }: CodeAssistParts): GoogleBackend {
  const base = `${originOf(endpoint, VERSION)}/${VERSION}`;
  return {
    name: "code-assist",
    supports,
    encode(request, traits, account, access, { signatures }) {
      const headers = headersFor(request, account, access);
      const { method, body } = request;
      if (!supports(traits)) return { url: base + request.path, method, headers, body };
      const text = replaceSignatures(body ?? "{}", signatures);
      return {
        url: `${base}:${traits.method}${traits.streaming ? "?alt=sse" : ""}`,
        method,
        headers,
        body: envelope(text, traits, projectOf(account, access), newId),
      };
    },
    receive: createReceiver({ backend: "code-assist", framing: unwrapped, clock }),
    failed: failedFetch,
  };
}

const supports = (traits: CallTraits | undefined): traits is CallTraits =>
  traits !== undefined && METHODS.has(traits.method);

const projectOf = ({ project }: Account, access: Access): string | undefined =>
  project ?? (access.kind === "bearer" ? access.project : undefined);

function envelope(body: string, { method, model }: CallTraits, found: string | undefined, newId: () => string): string {
  if (method === "countTokens") return `{"request":${withModel(body, model)}}`;
  const project = found === undefined ? "" : `"project":${JSON.stringify(found)},`;
  const id = JSON.stringify(newId());
  return `{"model":${JSON.stringify(model)},${project}"user_prompt_id":${id},"request":${body}}`;
}

/** Counting names the model inside the request. */
function withModel(body: string, model: string): string {
  const inside = body.trimStart().slice(1).trimStart();
  const comma = inside.startsWith("}") ? "" : ",";
  return `{"model":${JSON.stringify(`models/${model}`)}${comma}${inside}`;
}
