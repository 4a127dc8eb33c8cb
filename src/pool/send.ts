import type { DurationMs } from "../core/account";
import type { CallTraits } from "../core/call";
import type { Outcome } from "../core/outcome";
import type { AccountEntry } from "../ports/account-store";
import type { Access, Backend, EncodeOptions, HostRequest, Received } from "../ports/upstream";
import type { Clock, Fetch } from "../ports/world";

/** Headers or the first byte of a stream must be there by then; Gemini may think for minutes, but it says so early. */
const FIRST_BYTE_MS: DurationMs = 120_000;
const UNARY_MS: DurationMs = 600_000;

/** What is needed to send one call. */
export interface Sending {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly backend: Backend;
  readonly request: HostRequest;
  readonly call: CallTraits;
  readonly entry: AccountEntry;
  readonly access: Access;
  readonly options: EncodeOptions;
}

/** An answer that is open, or what the attempt came to. */
export type Sent = Extract<Received, { kind: "answered" }> | { readonly kind: "failed"; readonly outcome: Outcome };

/**
 * One call to Google. Never throws and never repeats. The host's abort ends it at once, also while the body is read;
 * our own timer ends it only before the first byte.
 */
export async function send(sending: Sending): Promise<Sent> {
  const { backend, call, clock, request } = sending;
  const link = linkAbort(request.signal);
  let late = false;
  const limitMs = call.streaming ? FIRST_BYTE_MS : UNARY_MS;
  const cancel = clock.after(limitMs, () => {
    late = true;
    link.controller.abort(new DOMException("no answer in time", "TimeoutError"));
  });
  try {
    const answer = await attempt(sending, link.controller.signal);
    if (answer.kind === "answered") answer.ended.then(link.close);
    else link.close();
    return answer.kind === "failed" && late ? timedOut(limitMs) : answer;
  } catch (error) {
    link.close();
    return late ? timedOut(limitMs) : { kind: "failed", outcome: backend.failed(error, request.signal) };
  } finally {
    cancel();
  }
}

async function attempt(sending: Sending, signal: AbortSignal): Promise<Received> {
  const { backend, request, call, entry, access, options } = sending;
  const { url, ...init } = backend.encode(request, call, entry.account, access, options);
  const { body, ...rest } = init;
  const sent = { ...rest, signal, timeout: false as const, ...(body === undefined ? {} : { body }) };
  const response = await sending.fetch(url, { ...sent, redirect: "manual" });
  return backend.receive(response, call, signal);
}

/**
 * A controller that follows the host's signal until it is closed. Closing also ends the connection of an answer that was
 * not read to its end: on Bun 1.3.14 cancelling the body alone leaves Google talking, and the talk is billed.
 */
function linkAbort(signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const follow = () => controller.abort(signal?.reason);
  if (signal?.aborted) follow();
  else signal?.addEventListener("abort", follow, { once: true });
  const close = () => {
    signal?.removeEventListener("abort", follow);
    controller.abort(ENDED);
  };
  return { controller, close };
}

const ENDED = new DOMException("the answer has ended", "AbortError");

const timedOut = (limitMs: DurationMs): Sent => ({
  kind: "failed",
  outcome: {
    kind: "timeout",
    status: 0,
    sentence: `Google did not begin to answer within ${limitMs / 60_000} minutes`,
  },
});
