import { createServer, type Server, type Socket } from "node:net";

/** A request that came in whole. Header names are in lower case. */
export interface Incoming {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly bodyBytes: number;
}

/** What becomes of a connection while a request is answered. `gone` resolves when the caller has left. */
export interface Connection {
  readonly socket: Socket;
  readonly gone: Promise<void>;
  isGone(): boolean;
}

export type Handler = (request: Incoming, connection: Connection) => Promise<void>;

const MAX_HEAD = 64 * 1024;
const MAX_BODY = 64 * 1024 * 1024;

/**
 * An HTTP/1.1 server on plain sockets, because only they can break a connection exactly where a test wants it.
 * One request at a time per connection; keep-alive; bodies with a length or in chunks.
 */
export function createHttpServer(handle: Handler): Server {
  return createServer((socket) => {
    socket.setNoDelay(true);
    serve(socket, handle);
  });
}

interface Head {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly bytes: number;
}

/** Collects what arrives and answers requests in turn. */
function serve(socket: Socket, handle: Handler): void {
  let pieces: Buffer[] = [];
  let size = 0;
  let head: Head | undefined;
  let busy = false;
  let ended = false;
  const gone = new Promise<void>((resolve) =>
    socket.once("close", () => {
      ended = true;
      resolve();
    }),
  );
  const connection: Connection = { socket, gone, isGone: () => ended };
  const all = () => {
    if (pieces.length > 1) pieces = [Buffer.concat(pieces, size)];
    return pieces[0] ?? Buffer.alloc(0);
  };

  const advance = () => {
    if (busy || ended) return;
    head ??= readHead(socket, all());
    if (head === undefined) return;
    const length = Number(head.headers["content-length"] ?? 0);
    if (!isChunked(head) && size < head.bytes + length) return;
    const body = isChunked(head)
      ? readChunks(all().subarray(head.bytes))
      : { bytes: all().subarray(head.bytes, head.bytes + length), taken: length };
    if (body === undefined) return;
    const rest = all().subarray(head.bytes + body.taken);
    const request = { ...head, body: body.bytes.toString("utf8"), bodyBytes: body.bytes.length };
    pieces = rest.length > 0 ? [rest] : [];
    size = rest.length;
    head = undefined;
    busy = true;
    handle(request, connection).then(
      () => {
        busy = false;
        advance();
      },
      () => socket.destroy(),
    );
  };

  socket.on("error", () => socket.destroy());
  // A caller that closes its side has left: with bytes still waiting to go out, Bun would never report the close.
  socket.on("end", () => socket.destroy());
  socket.on("data", (data: Buffer) => {
    pieces.push(data);
    size += data.length;
    if (size > MAX_HEAD + MAX_BODY) socket.destroy();
    else advance();
  });
}

const isChunked = ({ headers }: Head) => headers["transfer-encoding"] === "chunked";

/** Undefined until the whole head is there. Answers `Expect: 100-continue` on the way. */
function readHead(socket: Socket, data: Buffer): Head | undefined {
  const end = data.indexOf("\r\n\r\n");
  if (end < 0) {
    if (data.length > MAX_HEAD) socket.destroy();
    return undefined;
  }
  const [first = "", ...lines] = data.toString("latin1", 0, end).split("\r\n");
  const [method = "", target = ""] = first.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  if (headers["expect"]?.toLowerCase() === "100-continue") socket.write("HTTP/1.1 100 Continue\r\n\r\n");
  return { method, target, headers, bytes: end + 4 };
}

/** A chunked body once its last chunk is there. */
function readChunks(data: Buffer): { bytes: Buffer; taken: number } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = data.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const length = Number.parseInt(data.toString("latin1", at, line), 16);
    const end = line + 2 + length + 2;
    if (!Number.isFinite(length) || data.length < end) return undefined;
    if (length === 0) return { bytes: Buffer.concat(parts), taken: end };
    parts.push(data.subarray(line + 2, line + 2 + length));
    at = end;
  }
}
