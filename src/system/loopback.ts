import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PoolError } from "../core/errors";
import type { Callback, Loopback } from "../ports/login";
import { PAGE_HEADERS, pageHtml } from "./login-page";

/** Listens at an address of this machine; port 0 is any free one. Resolves with the port, rejects with Node's error. */
export type Listen = (server: Server, host: string, port: number) => Promise<number>;

type Page = Parameters<Callback["answer"]>[0];

const PATH = "/oauth2callback";

/** The two ways a machine calls itself. Google takes both, literally, at any port. */
const V4 = "127.0.0.1";
const V6 = "::1";

/** A free port of the one address may be taken at the other. */
const MOST_TRIES = 5;

const NO_PORT = "No port of this machine could be opened for the browser's answer.";

const systemListen: Listen = (server, host, port) =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: host === V6 }, () => {
      server.removeListener("error", reject);
      // A listener that fails later has nobody to tell: the paste is still there.
      server.on("error", () => undefined);
      resolve((server.address() as AddressInfo).port);
    });
  });

/** Listeners for the browser's answer: at 127.0.0.1 and ::1 with one port, at one of them where the other is missing. */
export const createLoopback = (listen: Listen = systemListen): Loopback => ({
  async listen(onCallback) {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const opened = await openBoth(listen, onCallback);
      if (opened !== undefined) return opened;
    }
    throw new PoolError("network", NO_PORT);
  },
});

/** Nothing where the port of the first is taken at the second. */
async function openBoth(listen: Listen, onCallback: (callback: Callback) => void) {
  const serve = () => createServer((request, response) => answer(request, response, onCallback)).unref();
  const [first, second] = [serve(), serve()];
  const port = await listen(first, V4, 0).catch(() => undefined);
  if (port === undefined) return onlySixth(listen, second);
  const isTaken = await listen(second, V6, port).then(
    () => false,
    (error) => (error as { code?: unknown }).code === "EADDRINUSE",
  );
  const close = () => [first, second].forEach(shut);
  if (!isTaken) return { redirectUri: `http://${V4}:${port}${PATH}`, close };
  close();
  return undefined;
}

async function onlySixth(listen: Listen, server: Server) {
  const port = await listen(server, V6, 0).catch(() => undefined);
  return port === undefined ? undefined : { redirectUri: `http://[${V6}]:${port}${PATH}`, close: () => shut(server) };
}

/** Open answers go on; everything else ends. */
function shut(server: Server): void {
  if (!server.listening) return;
  server.close();
  server.closeIdleConnections();
}

function answer(request: IncomingMessage, response: ServerResponse, onCallback: (callback: Callback) => void): void {
  response.on("error", () => undefined);
  const url = urlOf(request);
  if (url === undefined) show(response, 403, { title: "Forbidden", text: "This address is not known here." });
  else if (url.pathname !== PATH) show(response, 404, { title: "Not found", text: "There is nothing here." });
  else if (request.method !== "GET") show(response, 405, { title: "Not allowed", text: "Only GET is answered." });
  else handOn(url.searchParams, response, onCallback);
}

function handOn(query: URLSearchParams, response: ServerResponse, onCallback: (callback: Callback) => void): void {
  let isAnswered = false;
  onCallback({
    query,
    answer(page: Page) {
      if (isAnswered) return;
      isAnswered = true;
      show(response, page.ok ? 200 : 400, page);
    },
  });
}

/** Nothing where the caller names another host: a page elsewhere may have its name point here (DNS rebinding). */
function urlOf({ url = "/", headers, socket }: IncomingMessage): URL | undefined {
  const port = socket.localPort;
  const names = [`${V4}:${port}`, `[${V6}]:${port}`, `localhost:${port}`];
  const host = headers.host?.toLowerCase() ?? "";
  if (!names.includes(host) || !URL.canParse(url, `http://${host}`)) return undefined;
  return new URL(url, `http://${host}`);
}

function show(response: ServerResponse, status: number, page: Pick<Page, "title" | "text">): void {
  response.writeHead(status, PAGE_HEADERS);
  // Bun 1.3.14 promises to close the connection and leaves it open.
  response.end(pageHtml(page), () => response.req.socket.destroy());
}

/** The machine's own. */
export const systemLoopback: Loopback = createLoopback();
