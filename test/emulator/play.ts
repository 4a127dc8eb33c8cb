import type { Answer, Step } from "../../src/simulator/answer";
import type { Connection } from "./http";

/** How an answer ended: in full, broken off as told, or because the caller left first. */
export type Ending = "complete" | "cut" | "caller-left";

type Send = Extract<Step, { send: unknown }>;

const MAX_HOLD_MS = 600_000;
const NOTHING = Buffer.alloc(0);
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/** Gives an answer to a connection, step by step, at the caller's speed. Ends when the caller leaves. */
export async function play(answer: Answer, connection: Connection): Promise<Ending> {
  const firstDeed = answer.steps.findIndex((step) => !("pauseMs" in step));
  const start = firstDeed < 0 ? answer.steps.length : firstDeed;
  for (const step of answer.steps.slice(0, start)) await perform(step, connection);
  if (connection.isGone()) return "caller-left";
  const steps = answer.steps.slice(start);
  if (answer.status === 0) return playSteps(steps, { head: NOTHING, end: NOTHING }, connection);
  if (!isWhole(answer, steps))
    return playSteps(steps, { head: headOf(answer, "transfer-encoding: chunked"), end: LAST_CHUNK }, connection);
  const body = Buffer.concat(steps.map((step) => bytesOf(step as Send)));
  connection.socket.write(Buffer.concat([headOf(answer, `content-length: ${body.length}`), body]));
  return "complete";
}

/** A single body has a length and goes out in one write. */
const isWhole = (answer: Answer, steps: readonly Step[]) =>
  !answer.headers["content-type"]?.startsWith("text/event-stream") &&
  steps.every((step) => "send" in step && step.times === undefined);

function headOf(answer: Answer, framing: string): Buffer {
  const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const phrase = answer.status < 400 ? "OK" : "Refused";
  return Buffer.from(`HTTP/1.1 ${answer.status} ${phrase}\r\n${lines.join("")}${framing}\r\n\r\n`);
}

interface Frame {
  readonly head: Buffer;
  readonly end: Buffer;
}

/** Every event leaves in a write of its own, as in a stream; the head goes with the first and the end with the last. */
async function playSteps(steps: readonly Step[], { head, end }: Frame, connection: Connection): Promise<Ending> {
  let waiting = head;
  let ending = end;
  for (const [index, step] of steps.entries()) {
    if (connection.isGone()) return "caller-left";
    if ("send" in step && (step.times ?? 1) === 1) {
      const last = index === steps.length - 1;
      await flush(Buffer.concat([waiting, chunked(step), last ? end : NOTHING]), connection);
      if (last) ending = NOTHING;
    } else {
      await flush(waiting, connection);
      await perform(step, connection);
    }
    waiting = NOTHING;
    if ("cut" in step) return "cut";
  }
  await flush(Buffer.concat([waiting, ending]), connection);
  return connection.isGone() ? "caller-left" : "complete";
}

async function perform(step: Step, connection: Connection): Promise<void> {
  if ("cut" in step) connection.socket.destroy();
  else if ("send" in step) await repeat(step, connection);
  else await wait("holdMs" in step ? Math.min(step.holdMs, MAX_HOLD_MS) : step.pauseMs, connection);
}

async function repeat(step: Send, connection: Connection): Promise<void> {
  const chunk = chunked(step);
  for (let sent = 0; sent < (step.times ?? 1) && !connection.isGone(); sent += 1) await flush(chunk, connection);
}

async function flush(bytes: Buffer, { socket, gone, isGone }: Connection): Promise<void> {
  if (bytes.length === 0 || isGone() || socket.write(bytes)) return;
  await new Promise<void>((resolve) => {
    socket.once("drain", resolve);
    gone.then(resolve);
  });
}

const bytesOf = ({ send }: Send): Buffer => (typeof send === "string" ? Buffer.from(send, "utf8") : Buffer.from(send));

/** An empty chunk would end the body. */
function chunked(step: Send): Buffer {
  const body = bytesOf(step);
  if (body.length === 0) return NOTHING;
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]);
}

/** A pause of 0 lets what was written leave on its own. */
function wait(ms: number, { gone }: Connection): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 0) {
      setImmediate(resolve);
      return;
    }
    const timer = setTimeout(resolve, ms);
    gone.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
