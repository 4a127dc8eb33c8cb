import type { DurationMs, EpochMs } from "../core/account";
import type { Failure } from "../core/outcome";
import type { Refusal } from "../core/refusal";
import type { Reply } from "../pool/reply";
import { harmless } from "../view/harmless";
import { refusalSentence } from "../view/refusal";

/** What the rendering of a reply may look at. */
export interface AnswerContext {
  readonly isRun: boolean;
  readonly streaming: boolean;
  readonly now: EpochMs;
  readonly formatTime: (at: EpochMs) => string;
}

/** `opencode run` waits without a word; up to here that is bearable. */
const RUN_WAIT_MS: DurationMs = 120_000;
/** The pool's pauses for a busy model grow: with this, `run` waits for one about two minutes in sum and no longer. */
const RUN_BUSY_MS: DurationMs = 60_000;
/** The same for a service or a network that is down: within half a minute `run` says so. */
const RUN_OUTAGE_MS: DurationMs = 15_000;
/** A network that was lost for a moment must not end a long piece of work: opencode asks again so soon, five times at most. */
const NETWORK_PAUSE_MS: DurationMs = 10_000;

/** A reply of the pool as the response that makes opencode do the right thing. */
export function toResponse(reply: Reply, context: AnswerContext): Response {
  switch (reply.kind) {
    case "answered":
      return reply.response;
    case "rejected":
      return rejected(reply.outcome);
    case "refused":
      return refused(reply.refusal, context);
  }
}

/** Google's words on a bad request, made harmless: opencode would repeat a 400 that speaks of a 500. */
function rejected({ status, sentence }: Failure): Response {
  // A 429 would be repeated, and what is rejected will not get better.
  const code = status >= 400 && status < 500 && status !== 429 ? status : 400;
  return problem(code, code === 404 ? "NOT_FOUND" : "INVALID_ARGUMENT", harmless(sentence));
}

function refused(refusal: Refusal, context: AnswerContext): Response {
  const sentence = refusalSentence(refusal, { now: context.now, formatTime: context.formatTime });
  switch (refusal.kind) {
    case "limited":
      return later(LIMITED, sentence, refusal.until, context);
    case "busy":
      return later(BUSY, sentence, refusal.until, context);
    case "outage":
      return later(OUTAGE, sentence, refusal.until, context);
    case "network":
      return later(OUTAGE, sentence, context.now + NETWORK_PAUSE_MS, context);
    case "broken":
      return context.streaming ? brokenStream(sentence) : problem(503, "UNAVAILABLE", sentence);
    default:
      return stop(sentence);
  }
}

/** Worth another try; `silentMs`: how long `opencode run` may wait for it. */
interface Passing {
  readonly code: number;
  readonly status: string;
  readonly silentMs: DurationMs;
}

const LIMITED: Passing = { code: 429, status: "RESOURCE_EXHAUSTED", silentMs: RUN_WAIT_MS };
const BUSY: Passing = { code: 503, status: "UNAVAILABLE", silentMs: RUN_BUSY_MS };
const OUTAGE: Passing = { ...BUSY, silentMs: RUN_OUTAGE_MS };

function later(
  { code, status, silentMs }: Passing,
  sentence: string,
  until: EpochMs,
  { isRun, now }: AnswerContext,
): Response {
  const waitMs = Math.max(0, until - now);
  return isRun && waitMs > silentMs ? stop(sentence) : problem(code, status, sentence, waitMs);
}

/** opencode shows a 400 and stops, unless its words look like something that passes. */
const stop = (sentence: string): Response => problem(400, "FAILED_PRECONDITION", harmless(sentence));

/** opencode shows `message` only where code and status stand beside it. */
function problem(code: number, status: string, message: string, waitMs?: DurationMs): Response {
  const headers = new Headers({ "content-type": "application/json" });
  if (waitMs !== undefined) {
    headers.set("retry-after-ms", String(Math.ceil(waitMs)));
    headers.set("retry-after", String(Math.ceil(waitMs / 1000)));
  }
  return new Response(JSON.stringify({ error: { code, message, status } }), { status: code, headers });
}

/** A stream that fails at once: opencode repeats it, five times at most. */
function brokenStream(sentence: string): Response {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Error(`Gemini pool: ${sentence} (network error)`));
    },
  });
  return new Response(body, { status: 200, headers: { "content-type": "text/event-stream" } });
}
