import type { CallTraits } from "../../core/call";
import { MINTED_LIMIT } from "../../core/signature";
import type { Received } from "../../ports/upstream";
import { signaturesOf } from "../signatures";
import { hostAnswer } from "./answer";
import { addBlocked, type Edit, renameFinish } from "./edit";
import { type AnswerContext, failureOf } from "./failure";
import type { Break } from "./filter";
import { finishFor } from "./finish";
import type { Framing } from "./framing";
import type { Payload } from "./payload";
import { parsed, type Reading, read } from "./reading";
import { usageOf } from "./usage";

/** What an answer in one piece is read by. */
export interface WholeParts {
  readonly framing: Framing;
  readonly context: AnswerContext;
  readonly traits: CallTraits;
}

/** Reads an answer that came in one piece, by the rules of the stream. */
export function readWhole(bytes: Buffer<ArrayBuffer>, { framing, context, traits }: WholeParts): Received {
  const payload = framing.whole(bytes);
  const text = payload?.bytes.toString("utf8", payload.start, payload.end) ?? "";
  const value = parsed(text);
  const reading = read(value);
  const edit = payload && editOf(reading, payload, traits);
  const why = breakOf(text, value, reading, traits);
  if (why || !payload) return { kind: "failed", outcome: failureOf(why ?? { kind: "empty" }, context) };
  const usage = usageOf(value);
  return {
    kind: "answered",
    response: hostAnswer(edited(payload, edit), context.headers),
    ended: Promise.resolve({ kind: "success", ...(usage ? { usage } : {}) }),
    minted: () => signaturesOf(text, MINTED_LIMIT),
  };
}

function breakOf(text: string, value: unknown, reading: Reading, { method }: CallTraits): Break | undefined {
  if (reading.refused) return { kind: "refused", status: reading.refused.status, body: text };
  if (value === undefined) return { kind: text.trim() === "" ? "empty" : "garbled" };
  if (method !== "generateContent" || reading.blocked) return undefined;
  const finish = finishFor(reading.finish);
  return finish === undefined || (finish === "STOP" && !reading.output) ? { kind: "empty" } : undefined;
}

function editOf(reading: Reading, { bytes, start, end }: Payload, { method }: CallTraits): Edit | undefined {
  if (method !== "generateContent") return undefined;
  if (reading.blocked) return addBlocked(bytes, start, end);
  const finish = finishFor(reading.finish);
  return finish === undefined || finish === "as-is" ? undefined : renameFinish(bytes, start, end, finish);
}

function edited({ bytes, start, end }: Payload, edit: Edit | undefined): Uint8Array {
  if (!edit) return bytes.subarray(start, end);
  return Buffer.concat([bytes.subarray(start, edit.start), edit.text, bytes.subarray(edit.end, end)]);
}
