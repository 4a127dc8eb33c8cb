import type { BackendName } from "../../core/account";
import type { Failure } from "../../core/outcome";
import type { Clock } from "../../ports/world";
import { classify } from "../errors/classify";
import type { Break } from "./filter";
import { SENTENCES } from "./sentences";
import { GivenUp, Silence } from "./source";

/** As much of a refusal as is ever looked at. */
export const REFUSAL_BYTES = 64 * 1024;

/** What a broken answer means for the account. */
export interface AnswerContext {
  readonly backend: BackendName;
  readonly headers: Headers;
  readonly clock: Clock;
}

/** Translates what the filter found wrong inside a 200. */
export function failureOf(why: Break, { backend, headers, clock }: AnswerContext): Failure {
  if (why.kind === "refused") {
    const body = why.body.slice(0, REFUSAL_BYTES);
    return classify({ backend, status: why.status, headers, body, now: clock.now() });
  }
  const cause = why.kind === "empty" ? "empty" : "stream";
  return { kind: "transient", cause, status: 200, sentence: SENTENCES[why.kind] };
}

/** Translates what reading a body ran into. */
export function outcomeOfReading(error: unknown): Failure | { readonly kind: "aborted" } {
  if (error instanceof GivenUp || (error instanceof Error && error.name === "AbortError")) return { kind: "aborted" };
  if (error instanceof Silence) return { kind: "timeout", status: 200, sentence: SENTENCES.silent };
  return { kind: "transient", cause: "stream", status: 200, sentence: SENTENCES.unfinished };
}
