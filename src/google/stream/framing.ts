import { Compactor } from "./compactor";
import type { Edit } from "./edit";
import { type Payload, payloadOf } from "./payload";
import { type Outlet, Sink } from "./sink";
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
  /** True where no byte can be handed on before its event is whole. Such a framing writes into the bytes it is given. */
  readonly eventByEvent: boolean;
  /** The JSON that the host is to see; undefined where the event carries none. */
  payload(bytes: Buffer, start: number, end: number, lineCount: number): Payload | undefined;
  /** The same for a body that is no stream. */
  whole(bytes: Buffer): Payload | undefined;
  outlet(): Outlet;
  write(outlet: Outlet, event: RawEvent, payload: Payload | undefined, edit: Edit | undefined): void;
}

const DATA = Buffer.from("data: ");
const END = Buffer.from("\r\n\r\n");

const wholeBody = (bytes: Buffer): Payload => ({ bytes, start: 0, end: bytes.length, bare: false, odd: true });

/** The Gemini API speaks as the host expects: bytes pass as they came. */
export const passed: Framing = {
  eventByEvent: false,
  payload: payloadOf,
  whole: wholeBody,
  outlet: () => new Sink(),
  write(outlet, event, payload, edit) {
    if (!edit) return outlet.add(event.bytes, event.from, event.end);
    const shift = payload?.shift?.(edit.start) ?? 0;
    outlet.add(event.bytes, event.from, edit.start + shift);
    outlet.add(edit.text);
    outlet.add(event.bytes, edit.end + shift, event.end);
  },
};

/** Code Assist puts each answer into an envelope: it is cut away, in place, and every event gets a frame of its own. */
export const unwrapped: Framing = {
  eventByEvent: true,
  payload(bytes, start, end, lineCount) {
    const payload = payloadOf(bytes, start, end, lineCount);
    return payload && responseOf(payload);
  },
  whole: (bytes) => responseOf(wholeBody(bytes)),
  outlet: () => new Compactor(),
  write(outlet, event, payload, edit) {
    if (!payload) return;
    const { bytes, start, end } = payload;
    const from = start - DATA.length;
    const to = end + END.length;
    if (edit || bytes !== event.bytes || from < event.start || to > event.end) return outlet.add(framed(payload, edit));
    put(DATA, bytes, from);
    put(END, bytes, end);
    outlet.add(bytes, from, to);
  },
};

function framed({ bytes, start, end }: Payload, edit: Edit | undefined): Buffer {
  if (!edit) return Buffer.concat([DATA, bytes.subarray(start, end), END]);
  return Buffer.concat([DATA, bytes.subarray(start, edit.start), edit.text, bytes.subarray(edit.end, end), END]);
}

/** A plain loop: for so few bytes it beats a native copy. */
function put(word: Buffer, target: Buffer, at: number) {
  for (let i = 0; i < word.length; i++) target[at + i] = word[i] as number;
}
