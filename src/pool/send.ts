import type { DurationMs } from "../core/account";
import type { CallTraits } from "../core/call";
import { ofItsDay } from "../core/health/limit";
import type { Outcome } from "../core/outcome";
import type { AccountEntry } from "../ports/account-store";
import type { Access, Backend, EncodeOptions, HostRequest, Received, Resend } from "../ports/upstream";
import type { Clock, Fetch } from "../ports/world";
import { fetchEncoded } from "./fetch-encoded";
import { linkAbort } from "./link-abort";

/** The head of a stream must be there by then; how long it may stay silent afterwards is the stream's business. */
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

/** A backend may find another form of a call, and another again, before it has none left. */
const MAX_RESENDS = 2;

/**
 * One call to Google. Never throws, and repeats only what the backend encodes otherwise than before. The host's abort ends it at
 * once, also while the body is read; our own timer ends it only before the first byte.
 */
export async function send(sending: Sending): Promise<Sent> {
  for (let resendCount = 0; ; resendCount++) {
    const sent = await sendAs(sending);
    if (sent.kind !== "resend") return sent;
    if (resendCount === MAX_RESENDS) return { kind: "failed", outcome: sent.outcome };
  }
}

async function sendAs(sending: Sending): Promise<Sent | Resend> {
  const { backend, call, clock, request, entry, access, options } = sending;
  const link = linkAbort(request.signal);
  const startedAt = clock.now();
  let late = false;
  const limitMs = call.streaming ? FIRST_BYTE_MS : UNARY_MS;
  const cancel = clock.after(limitMs, () => {
    late = true;
    link.controller.abort(new DOMException("no answer in time", "TimeoutError"));
  });
  try {
    const encoded = backend.encode(request, call, entry.account, access, options);
    const response = await fetchEncoded(sending.fetch, encoded, link.controller.signal);
    // The head of a stream is there: from now on silence counts, not how long Gemini thinks before it speaks.
    if (call.streaming) cancel();
    const answer = await backend.receive(response, call, link.controller.signal, encoded);
    if (answer.kind === "answered") answer.ended.then(link.close);
    else link.close();
    if (answer.kind !== "failed") return answer;
    return late ? timedOut(limitMs) : { ...answer, outcome: ofItsDay(answer.outcome, startedAt, clock.now()) };
  } catch (error) {
    link.close();
    return late ? timedOut(limitMs) : { kind: "failed", outcome: backend.failed(error, request.signal) };
  } finally {
    cancel();
  }
}

const timedOut = (limitMs: DurationMs): Sent => ({
  kind: "failed",
  outcome: {
    kind: "timeout",
    status: 0,
    sentence: `Google did not begin to answer within ${limitMs / 60_000} minutes`,
  },
});
