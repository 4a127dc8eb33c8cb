import type { Step } from "./answer";
import type { CaseContext } from "./cases/case";
import { findCase } from "./cases/table";
import { type Event, frame, multiLineEvent, type Shape, sseEvent } from "./frame";
import type { AnswerChanges } from "./scenario";
import type { Json } from "./wire";

/** What a fault starts from: the answer that would have been given. */
export interface FaultInput {
  readonly events: readonly Event[];
  readonly shape: Shape;
  readonly context: CaseContext;
}

/** What a fault makes of it. `status` 0: not even a head. */
export interface FaultOutput {
  readonly status: number;
  readonly type: "body" | "html";
  readonly steps: readonly Step[];
}

type Fault = (input: FaultInput) => FaultOutput;

/** Long enough that what was sent before is read before the connection breaks. */
const CUT_PAUSE_SECONDS = 0.05;
const DEFAULT_HOLD_SECONDS = 600;

const holdOf = ({ holdSeconds = DEFAULT_HOLD_SECONDS }: AnswerChanges): Step => ({ holdMs: holdSeconds * 1000 });
const sent = (events: readonly Event[], shape: Shape): FaultOutput => ({
  status: 200,
  type: "body",
  steps: frame(events, shape),
});

/** A part of the answer, then something worse than an end. */
const broken =
  (end: (changes: AnswerChanges) => readonly Step[]): Fault =>
  ({ events, shape, context: { changes } }) => {
    const whole = frame(events, shape);
    const first = shape.streaming ? whole.slice(0, changes.afterEvents ?? 1) : half(whole);
    return { status: 200, type: "body", steps: [...first, ...end(changes)] };
  };

const half = (steps: readonly Step[]): readonly Step[] =>
  steps.map((step) =>
    "send" in step && typeof step.send === "string"
      ? { send: step.send.slice(0, Math.ceil(step.send.length / 2)) }
      : step,
  );

/** The answer with its events changed, properly framed and ended. */
const changed =
  (change: (events: readonly Json[], changes: AnswerChanges, context: CaseContext) => readonly Event[]): Fault =>
  ({ events, shape, context }) =>
    sent(
      change(
        events.filter((event): event is Json => typeof event !== "string"),
        context.changes,
        context,
      ),
      shape,
    );

const finishedWith = (reason: string, output: boolean): Fault =>
  changed((events, { finishReason = reason }) => {
    const kept = output ? events : events.slice(-1);
    return kept.map((event, index) =>
      withCandidate(event, (candidate) => {
        const { finishReason: _, ...rest } = candidate;
        const content = output ? {} : { content: { role: "model" } };
        return { ...rest, ...content, ...(index === kept.length - 1 ? { finishReason } : {}) };
      }),
    );
  });

function withCandidate(event: Json, change: (candidate: Json) => Json): Json {
  const candidates = event["candidates"];
  return Array.isArray(candidates)
    ? { ...event, candidates: candidates.map((candidate) => change(candidate as Json)) }
    : event;
}

function errorEvent(context: CaseContext): Json {
  const answer = findCase(context.changes.error ?? "gl_503_high_demand")?.(context);
  const body = answer?.kind === "json" ? answer.body : undefined;
  return (Array.isArray(body) ? body[0] : body) as Json;
}

const CHUNK_SIZES = [1, 2, 3, 4, 5];
const MAX_CHUNKS = 4000;

/** Cuts bytes, not characters: events, CR LF and UTF-8 all break somewhere. */
function tinyChunks(text: string, size: number | undefined): readonly Step[] {
  const bytes = Buffer.from(text, "utf8");
  const steps: Step[] = [];
  let at = 0;
  while (at < bytes.length && steps.length < MAX_CHUNKS) {
    const next = at + (size ?? CHUNK_SIZES[(steps.length / 2) % CHUNK_SIZES.length] ?? 1);
    steps.push({ send: bytes.subarray(at, next) }, { pauseMs: 0 });
    at = next;
  }
  return at < bytes.length ? [...steps, { send: bytes.subarray(at) }] : steps;
}

const split: Fault = ({ events, shape, context }) => {
  const text = frame(events, shape)
    .map((step) => ("send" in step ? step.send : ""))
    .join("");
  return { status: 200, type: "body", steps: tinyChunks(text, context.changes.chunkBytes) };
};

const metadataOnly: Fault = changed((events) => {
  const last = events.at(-1);
  const bare = {
    usageMetadata: last?.["usageMetadata"],
    modelVersion: last?.["modelVersion"],
    responseId: last?.["responseId"],
  };
  return [bare, ...events, bare];
});

const HTML = "<!DOCTYPE html><html lang=en><title>Sign in</title><p>Please sign in to this network.</p></html>";

/** Ways a 200 can go wrong, by name. */
const FAULTS: Readonly<Record<string, Fault>> = {
  cut: broken(({ holdSeconds = CUT_PAUSE_SECONDS }) => [{ holdMs: holdSeconds * 1000 }, { cut: true }]),
  stall: broken((changes) => [holdOf(changes), { cut: true }]),
  silent: ({ context }) => ({ status: 0, type: "body", steps: [holdOf(context.changes), { cut: true }] }),
  refuse: () => ({ status: 0, type: "body", steps: [{ cut: true }] }),
  empty: () => ({ status: 200, type: "body", steps: [] }),
  html: () => ({ status: 200, type: "html", steps: [{ send: HTML }] }),
  "no-finish": changed((events) => events.map((event) => withCandidate(event, ({ finishReason: _, ...rest }) => rest))),
  "mid-error": changed((events, { afterEvents = 1 }, context) => [
    ...events.slice(0, afterEvents),
    errorEvent(context),
  ]),
  "error-first": changed((_events, _changes, context) => [errorEvent(context)]),
  "prompt-blocked": changed((events, { blockReason = "SAFETY" }) => [
    { promptFeedback: { blockReason }, usageMetadata: events.at(-1)?.["usageMetadata"] },
  ]),
  other: finishedWith("OTHER", true),
  "other-empty": finishedWith("OTHER", false),
  "unknown-finish": finishedWith("SOMETHING_NEW", true),
  "unknown-finish-empty": finishedWith("SOMETHING_NEW", false),
  "metadata-only": metadataOnly,
  split,
  "multi-line": ({ events, shape }) =>
    shape.sse && shape.streaming
      ? { status: 200, type: "body", steps: events.map((event) => ({ send: multiLineEvent(event, shape) })) }
      : sent(events, shape),
  unterminated: ({ events, shape }) => ({
    status: 200,
    type: "body",
    steps: events.map((event, index) => ({
      send: index < events.length - 1 ? sseEvent(event, shape) : sseEvent(event, shape).trimEnd(),
    })),
  }),
};

/** Faults that need no answer to spoil: they fit every path. */
export const TRANSPORT_FAULTS: readonly string[] = ["cut", "stall", "silent", "refuse", "empty", "html", "split"];

/** Every fault of a stream or a connection, in alphabetical order. */
export const FAULT_NAMES: readonly string[] = Object.keys(FAULTS).sort();

/** The fault of that name. */
export const findFault = (name: string): Fault | undefined => (Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined);
