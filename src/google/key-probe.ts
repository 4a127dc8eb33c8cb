import type { KeyProbe, ProbeResult } from "../ports/upstream";
import type { Clock, Fetch } from "../ports/world";
import { classify } from "./errors/classify";
import { callSmall } from "./tiny-http";
import { USER_AGENT } from "./user-agent";

/** What the probe of keys works with. `geminiApi` is an origin, e.g. `https://generativelanguage.googleapis.com`. */
export interface KeyProbeOptions {
  readonly fetch: Fetch;
  readonly geminiApi: string;
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

/**
 * Asks for one entry of the model list, which costs no quota. One call, no retry; the caller's signal is the time limit.
 * A key for Vertex is refused here although it may work there: that list answers no key at all.
 */
export function createKeyProbe({ fetch, geminiApi, now = () => 0 }: KeyProbeOptions): KeyProbe {
  return {
    async probe(key, signal) {
      if (!SENDABLE.test(key)) return UNSENDABLE;
      const answer = await callSmall({
        fetch,
        url: `${geminiApi}/v1beta/models?pageSize=1`,
        method: "GET",
        headers: { "x-goog-api-key": key, "user-agent": USER_AGENT },
        signal,
      });
      if (answer.kind === "failed") return { kind: "refused", outcome: answer.outcome };
      if (answer.status === 200) return answer.body.trimStart().startsWith("<") ? NOT_GOOGLE : { kind: "valid" };
      const { status, headers, body } = answer;
      return { kind: "refused", outcome: classify({ backend: "gemini-api", status, headers, body, now: now() }) };
    },
  };
}
