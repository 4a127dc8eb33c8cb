import type { Socket } from "node:net";
import type { Answer, Step } from "../../src/simulator/answer";
import type { Connection } from "./http";

/** How an answer ended: in full, broken off as told, or because the caller left first. */
export type Ending = "complete" | "cut" | "caller-left";

const MAX_HOLD_MS = 600_000;

/** Gives an answer to a connection, step by step, at the caller's speed. Ends when the caller leaves. */
export async function play(answer: Answer, connection: Connection): Promise<Ending> {
  const { socket } = connection;
  const early = answer.steps.findIndex((step) => "send" in step);
  const before =
    early < 0
      ? answer.steps.filter((step) => "pauseMs" in step)
      : answer.steps.slice(0, early).filter((step) => "pauseMs" in step);
  for (const step of before) await wait(step.pauseMs, connection);
  if (connection.isGone()) return "caller-left";
  const rest = answer.steps.filter((step) => !before.includes(step as { pauseMs: number }));
  if (isWhole(answer, rest)) return sendWhole(answer, rest, socket);
  if (answer.status > 0) socket.write(head(answer, "transfer-encoding: chunked"));
  for (const step of rest) {
    const ending = await perform(step, connection);
    if (ending !== undefined) return ending;
  }
  if (answer.status > 0) socket.write("0\r\n\r\n");
  return "complete";
}

/** A single body has a length and goes out in one write. */
const isWhole = (answer: Answer, steps: readonly Step[]) =>
  answer.status > 0 &&
  !answer.headers["content-type"]?.startsWith("text/event-stream") &&
  steps.every((step) => "send" in step && step.times === undefined);

function sendWhole(answer: Answer, steps: readonly Step[], socket: Socket): Ending {
  const body = Buffer.concat(steps.flatMap((step) => ("send" in step ? [Buffer.from(step.send as string)] : [])));
  const top = Buffer.from(head(answer, `content-length: ${body.length}`));
  socket.write(Buffer.concat([top, body]));
  return "complete";
}

function head(answer: Answer, framing: string): string {
  const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${answer.status} ${answer.status < 400 ? "OK" : "Refused"}\r\n${lines.join("")}${framing}\r\n\r\n`;
}

async function perform(step: Step, connection: Connection): Promise<Ending | undefined> {
  if (connection.isGone()) return "caller-left";
  if ("cut" in step) {
    connection.socket.destroy();
    return "cut";
  }
  if ("send" in step) await send(step, connection);
  else await wait("holdMs" in step ? Math.min(step.holdMs, MAX_HOLD_MS) : step.pauseMs, connection);
  return connection.isGone() ? "caller-left" : undefined;
}

async function send(
  { send: bytes, times = 1 }: Extract<Step, { send: unknown }>,
  connection: Connection,
): Promise<void> {
  if (bytes.length === 0 || times === 0) return;
  const chunk = chunked(bytes);
  for (let sent = 0; sent < times && !connection.isGone(); sent += 1) {
    if (!connection.socket.write(chunk)) await drained(connection);
  }
}

function chunked(bytes: string | Uint8Array): Buffer {
  const body = typeof bytes === "string" ? Buffer.from(bytes, "utf8") : bytes;
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]);
}

function drained({ socket, gone }: Connection): Promise<void> {
  return new Promise((resolve) => {
    socket.once("drain", resolve);
    gone.then(resolve);
  });
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
