import type { HostRequest } from "../ports/upstream";

/** What opencode calls: the AI SDK's provider appends paths such as `/models/m:generateContent` to this. */
export const DEFAULT_BASE_URL = "https://generativelanguage.googleapis.com/v1beta";

/** The part of `url` below `baseUrl`, or nothing where the call goes elsewhere. */
export function pathBelow(url: string, baseUrl: string): string | undefined {
  const base = baseUrl.replace(/\/+$/, "");
  return url.startsWith(`${base}/`) ? url.slice(base.length) : undefined;
}

/** Whether the host expects a stream. */
export const isStream = ({ path }: HostRequest): boolean => path.includes(":streamGenerateContent");

/** A call of the host as the pool takes it: its body read whole, so that it can be sent again. */
export async function toHostRequest(
  path: string,
  input: string | URL | Request,
  init: RequestInit,
): Promise<HostRequest> {
  const request = input instanceof Request ? input : undefined;
  const signal = init.signal ?? request?.signal ?? undefined;
  return {
    path,
    method: init.method ?? request?.method ?? "GET",
    headers: new Headers(init.headers ?? request?.headers),
    body: await bodyText(init.body ?? request?.body),
    signal: signal ?? undefined,
  };
}

async function bodyText(body: RequestInit["body"]): Promise<string | undefined> {
  if (body === null || body === undefined) return undefined;
  return typeof body === "string" ? body : new Response(body).text();
}
