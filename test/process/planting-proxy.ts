import { createPlanter, type Place, type Planter } from "./planted";

/** A Google whose every text carries secrets: it stands before the emulator on 127.0.0.1. */
export interface PlantingProxy {
  readonly url: string;
  /** How many answers of each kind were altered. */
  readonly kinds: Map<string, number>;
  /** How often each form of secret was put somewhere. */
  readonly planted: Map<string, number>;
  /** Secrets that passed by in their own fields, either way. */
  readonly seen: Set<string>;
  close(): Promise<void>;
}

/** Fields of forms and answers that are secret whatever they look like. */
const SECRET_FIELDS = [
  "access_token",
  "refresh_token",
  "id_token",
  "client_secret",
  "code",
  "code_verifier",
  "assertion",
] as const;

export function startPlantingProxy(google: string, place: Place): PlantingProxy {
  const planter = createPlanter(place);
  const kinds = new Map<string, number>();
  const seen = new Set<string>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const body = await request.text();
      notice(request, body, seen);
      const answer = await fetch(google + pathname + search, {
        method: request.method,
        headers: headersOf(request.headers),
        redirect: "manual",
        ...(body === "" ? {} : { body }),
      });
      const text = await answer.text();
      noticeAnswer(answer, text, seen);
      const kind = `${pathKind(pathname)} ${answer.status < 400 ? answer.status : `${Math.floor(answer.status / 100)}xx`}`;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      return new Response(spoiled(text, planter), { status: answer.status, headers: headersFor(answer, planter) });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    kinds,
    planted: planter.counts,
    seen,
    close: () => server.stop(true),
  };
}

function pathKind(path: string): string {
  const last = /[:/]([A-Za-z]+)$/.exec(path)?.[1] ?? "other";
  if (path.includes("/computeMetadata/")) return "metadata";
  if (path.includes("/operations/")) return "operation";
  return path.includes("/o/oauth2") ? "authorize" : last;
}

const headersOf = (headers: Headers): Headers => {
  const kept = new Headers(headers);
  for (const name of ["host", "content-length", "connection", "accept-encoding"]) kept.delete(name);
  return kept;
};

/** The headers, and some that nobody asked for; line breaks cannot stand in one. */
function headersFor({ headers }: Response, planter: Planter): Headers {
  const kept = new Headers(headers);
  for (const name of ["content-length", "transfer-encoding", "connection", "content-encoding"]) kept.delete(name);
  const secret = () => planter.next().replace(/\s+/g, " ");
  for (const name of ["x-debug", "www-authenticate", "server", "x-goog-request-id"]) kept.set(name, secret());
  return kept;
}

/** JSON, a stream of events, or anything else as a text. */
function spoiled(text: string, planter: Planter): string {
  if (text === "") return text;
  const whole = parsed(text);
  if (whole !== undefined) return JSON.stringify(planter.into(whole));
  if (!/^data:/m.test(text)) return planter.intoText(text);
  return text.replace(/^(data: ?)?(\{.*\})(\r?)$/gm, (line, head: string | undefined, json: string, end: string) => {
    const event = parsed(json);
    return event === undefined ? line : `${head ?? ""}${JSON.stringify(planter.into(event))}${end}`;
  });
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}

function notice({ headers }: Request, body: string, seen: Set<string>): void {
  const key = headers.get("x-goog-api-key");
  const token = headers.get("authorization")?.replace(/^Bearer /, "");
  for (const each of [key, token]) if (each) seen.add(each);
  if (!headers.get("content-type")?.includes("form-urlencoded")) return;
  const form = new URLSearchParams(body);
  for (const name of SECRET_FIELDS) {
    const value = form.get(name);
    if (value) seen.add(value);
  }
}

function noticeAnswer({ headers }: Response, text: string, seen: Set<string>): void {
  const location = headers.get("location");
  const code = location && URL.canParse(location) ? new URL(location).searchParams.get("code") : null;
  if (code) seen.add(code);
  const body = parsed(text) as Record<string, unknown> | undefined;
  for (const name of SECRET_FIELDS.slice(0, 3)) {
    const value = body?.[name];
    if (typeof value === "string") seen.add(value);
  }
}
