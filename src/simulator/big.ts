import type { Step } from "./answer";
import { frame, type Shape, sseEvent } from "./frame";
import type { ReplyContext } from "./reply";
import { replyEvents } from "./reply";
import type { ReplyRule } from "./scenario";

const BLOCK_BYTES = 64 * 1024;
const DEFAULT_EVENT_BYTES = 4096;

/** A long answer: one block of events, built once and sent many times, then a proper end. `bytes` counts the whole stream. */
export function bigReply(rule: ReplyRule, context: ReplyContext, shape: Shape): readonly Step[] {
  const { bytes = 0, eventBytes = DEFAULT_EVENT_BYTES } = rule.big ?? {};
  const text = "x".repeat(shape.streaming && shape.sse ? eventBytes : bytes);
  const ending = replyEvents({ ...rule, parts: [{ text: "The end." }], events: 1 }, context);
  const event = {
    candidates: [{ content: { parts: [{ text }], role: "model" }, index: 0 }],
    modelVersion: context.call.model,
  };
  if (!shape.streaming || !shape.sse) return frame([event, ...ending], shape);
  const one = sseEvent(
    {
      ...event,
      candidates: [
        { content: { parts: [{ text: shortened(text, sseEvent(event, shape).length) }], role: "model" }, index: 0 },
      ],
    },
    shape,
  );
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / one.length));
  const block = Buffer.from(one.repeat(perBlock), "utf8");
  const blocks = Math.floor(bytes / block.length);
  const rest = Math.ceil((bytes - blocks * block.length) / one.length);
  return [
    { send: block, times: blocks },
    { send: block.subarray(0, one.length), times: rest },
    ...frame(ending, shape),
  ];
}

/** Makes room for the envelope, so that the event as a whole has the asked size. */
const shortened = (text: string, whole: number) => text.slice(0, Math.max(1, text.length * 2 - whole));
