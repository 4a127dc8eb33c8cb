import type { Call } from "./call";

/** What an answer's body is. */
export type BodyType = "json" | "sse" | "html";

const TYPES: Readonly<Record<BodyType, string>> = {
  json: "application/json; charset=UTF-8",
  sse: "text/event-stream",
  html: "text/html; charset=UTF-8",
};

const COMMON = {
  vary: "Origin, X-Origin, Referer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
  "x-xss-protection": "0",
  "alt-svc": 'h3=":443"; ma=2592000',
};

const SERVERS: Readonly<Record<string, string>> = {
  "code-assist": "ESF",
  "gemini-api": "scaffolding on HTTPServer2",
  oauth: "scaffolding on HTTPServer2",
};

/** Headers as Google sends them. There is never a Retry-After (googleapis answers state their delay in the body only). */
export function headersFor(call: Call | undefined, type: BodyType): Record<string, string> {
  const backend = call?.backend ?? "gemini-api";
  const trace = backend === "code-assist" ? { "x-cloudaicompanion-trace-id": "abcdef0123456789" } : {};
  return {
    "content-type": TYPES[type],
    server: SERVERS[backend] ?? "ESF",
    "server-timing": "gfet4t7; dur=12",
    ...COMMON,
    ...trace,
  };
}
