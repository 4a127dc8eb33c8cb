import type { EpochMs } from "../core/account";
import type { KeyProbe, KeyProbeRequest, ProbeResult } from "../ports/upstream";
import type { Clock, Fetch } from "../ports/world";
import { originOf } from "./backends/endpoint";
import { GLOBAL, hostOf, VERTEX_VERSION } from "./backends/vertex-address";
import { classify } from "./errors/classify";
import { readError } from "./errors/read";
import { keyFault } from "./key-fault";
import { callSmall, type SmallAnswer } from "./tiny-http";
import { USER_AGENT } from "./user-agent";

/** What the probe of keys works with. */
export interface KeyProbeOptions {
  readonly fetch: Fetch;
  /** An origin, e.g. `https://generativelanguage.googleapis.com`. */
  readonly geminiApi: string;
  /** The user's own origin, as the backend has it; default Google's. */
  readonly vertex?: string | undefined;
  /** For the times Google states; without it they count from the epoch, which no answer to a key needs. */
  readonly now?: Clock["now"];
}

/** A header can carry nothing else: other characters would make fetch throw as if the network were down. */
const SENDABLE = /^[\x21-\x7e]+$/;

const UNSENDABLE: ProbeResult = {
  kind: "refused",
  outcome: {
    kind: "parked",
    state: "key-invalid",
    scope: "account",
    status: 0,
    sentence: "This is no API key: it is empty or holds blanks or signs that a key never has.",
  },
};

const NOT_GOOGLE: ProbeResult = {
  kind: "refused",
  outcome: {
    kind: "transient",
    cause: "network",
    status: 200,
    sentence: "Something between here and Google answered in its place, such as the login page of a network.",
  },
};

/** Any model will do: a key is looked at before the model is, and one that is gone says as much of the key. */
const COUNTED = "gemini-2.5-flash";

/** The cheapest call there is: neither costs quota. The model list of Vertex AI answers no key at all (langwatch/langwatch#6328). */
function cheapest({ geminiApi, vertex }: KeyProbeOptions, backend: ProbedBackend) {
  if (backend === "gemini-api")
    return { url: `${originOf(geminiApi, "v1beta")}/v1beta/models?pageSize=1`, method: "GET" } as const;
  const origin = vertex === undefined ? hostOf(GLOBAL) : originOf(vertex, VERTEX_VERSION);
  const url = `${origin}/${VERTEX_VERSION}/publishers/google/models/${COUNTED}:countTokens`;
  return { url, method: "POST", body: '{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}' } as const;
}

type ProbedBackend = NonNullable<KeyProbeRequest["backend"]>;

type Answered = Extract<SmallAnswer, { kind: "answer" }>;

function judged({ status, headers, body }: Answered, backend: ProbedBackend, now: EpochMs): ProbeResult {
  if (status === 200) return body.trimStart().startsWith("<") ? NOT_GOOGLE : { kind: "valid" };
  const outcome = classify({ backend, status, headers, body, now });
  if (outcome.kind === "limited" && outcome.reason === "model-unavailable" && status === 404) return { kind: "valid" };
  const fault = keyFault(readError(body, status, headers.get("location")), outcome);
  return { kind: "refused", outcome, ...(fault === undefined ? {} : { fault }) };
}

/**
 * Asks for one entry of the model list, or in express mode for the tokens of two letters: neither costs quota. One call, no retry;
 * the caller's signal is the time limit. A key is looked at for one backend alone: what one refuses may be good for the other.
 */
export function createKeyProbe(options: KeyProbeOptions): KeyProbe {
  const { fetch, now = () => 0 } = options;
  return {
    async probe(key, how = {}) {
      if (!SENDABLE.test(key)) return UNSENDABLE;
      const { backend = "gemini-api", signal }: KeyProbeRequest = how instanceof AbortSignal ? { signal: how } : how;
      const call = cheapest(options, backend);
      const headers = { "x-goog-api-key": key, "user-agent": USER_AGENT, ...("body" in call ? JSON_BODY : {}) };
      const answer = await callSmall({ fetch, ...call, headers, signal });
      if (answer.kind === "failed") return { kind: "refused", outcome: answer.outcome };
      return judged(answer, backend, now());
    },
  };
}

const JSON_BODY = { "content-type": "application/json" };
