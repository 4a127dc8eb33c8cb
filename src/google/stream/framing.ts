import type { Edit } from "./edit";
import { type Payload, payloadOf } from "./payload";
import type { Sink } from "./sink";
import { responseOf } from "./unwrap";

/** One whole event; the host has its bytes before `from` already. */
export interface RawEvent {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly from: number;
}

/** How the events of a backend become those the host expects. */
export interface Framing {
  /** True where no byte can be handed on before its event is whole. */
  readonly eventByEvent: boolean;
  /** The JSON that the host is to see; undefined where the event carries none. */
  payload(bytes: Buffer, start: number, end: number, lineCount: number): Payload | undefined;
  /** The same for a body that is no stream. */
  whole(bytes: Buffer): Payload | undefined;
  write(sink: Sink, event: RawEvent, payload: Payload | undefined, edit: Edit | undefined): void;
}

const DATA = Buffer.from("data: ");
const END = Buffer.from("\r\n\r\n");

const wholeBody = (bytes: Buffer): Payload => ({ bytes, start: 0, end: bytes.length, bare: false, odd: true });

/** The Gemini API speaks as the host expects: bytes pass as they came. */
export const passed: Framing = {
  eventByEvent: false,
  payload: payloadOf,
  whole: wholeBody,
  write(sink, event, payload, edit) {
    if (!edit) return sink.add(event.bytes, event.from, event.end);
    const shift = payload?.shift?.(edit.start) ?? 0;
    sink.add(event.bytes, event.from, edit.start + shift);
    sink.add(edit.text);
    sink.add(event.bytes, edit.end + shift, event.end);
  },
};

/** Code Assist puts each answer into an envelope: it is cut away and every event gets a frame of its own. */
export const unwrapped: Framing = {
  eventByEvent: true,
  payload(bytes, start, end, lineCount) {
    const payload = payloadOf(bytes, start, end, lineCount);
    return payload && responseOf(payload);
  },
  whole: (bytes) => responseOf(wholeBody(bytes)),
  write(sink, _event, payload, edit) {
    if (!payload) return;
    sink.add(DATA);
    sink.add(payload.bytes, payload.start, edit ? edit.start : payload.end);
    if (edit) {
      sink.add(edit.text);
      sink.add(payload.bytes, edit.end, payload.end);
    }
    sink.add(END);
  },
};
