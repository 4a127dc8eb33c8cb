import type { Step } from "./answer";
import type { Call } from "./call";
import { bodyJson, type Json, streamJson } from "./wire";

/** An event before framing: a Gemini answer, an error, or raw text that goes out as it is. */
export type Event = Json | string;

/** How a call wants its answer. */
export type Shape = Pick<Call, "backend" | "streaming" | "sse">;

/** Code Assist puts answers in an envelope; errors travel bare. */
export const wrap = (event: Json, { backend }: Shape): Json =>
  backend === "code-assist" && !("error" in event) ? { response: event, traceId: "abcdef0123456789" } : event;

/** The bytes of one event of an SSE stream. */
export const sseEvent = (event: Event, shape: Shape): string =>
  typeof event === "string" ? event : `data: ${streamJson(wrap(event, shape))}\r\n\r\n`;

/** One event over several `data:` lines, which SSE joins again. */
export const multiLineEvent = (event: Event, shape: Shape): string =>
  typeof event === "string"
    ? event
    : `${JSON.stringify(wrap(event, shape), null, 1)
        .split("\n")
        .map((line) => `data: ${line}\r\n`)
        .join("")}\r\n`;

/** An answer as it goes over the wire: SSE, the array of a stream without `alt=sse`, or one body. */
export function frame(events: readonly Event[], shape: Shape): readonly Step[] {
  if (!shape.streaming)
    return [{ send: typeof events[0] === "string" ? events[0] : bodyJson(wrap(merge(events), shape)) }];
  if (shape.sse) return events.map((event) => ({ send: sseEvent(event, shape) }));
  const items = events.map((event, index) => ({
    send: `${index === 0 ? "[" : ",\r\n"}${typeof event === "string" ? event : streamJson(wrap(event, shape))}`,
  }));
  return [...items, { send: events.length === 0 ? "[]" : "]" }];
}

/** One answer out of many events: parts in order, neighbouring texts joined, everything else from the last that has it. */
export function merge(events: readonly Event[]): Json {
  const objects = events.filter((event): event is Json => typeof event !== "string");
  const failed = objects.find((event) => "error" in event);
  if (failed !== undefined) return failed;
  const candidates = objects.flatMap((event) =>
    Array.isArray(event["candidates"]) ? (event["candidates"] as Json[]).slice(0, 1) : [],
  );
  const whole: Json = Object.assign({}, ...objects);
  if (candidates.length === 0) return whole;
  const parts = joined(
    candidates.flatMap(
      (candidate) => ((candidate["content"] as Json | undefined)?.["parts"] as Json[] | undefined) ?? [],
    ),
  );
  return { ...whole, candidates: [{ ...Object.assign({}, ...candidates), content: { parts, role: "model" } }] };
}

function joined(parts: readonly Json[]): readonly Json[] {
  const result: Json[] = [];
  for (const part of parts) {
    const before = result.at(-1);
    const same = before !== undefined && isText(before) && isText(part) && before["thought"] === part["thought"];
    if (same) result[result.length - 1] = { ...before, text: `${before["text"]}${part["text"]}` };
    else result.push(part);
  }
  return result;
}

const isText = (part: Json) => typeof part["text"] === "string";
