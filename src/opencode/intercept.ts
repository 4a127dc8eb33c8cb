import { pathBelow, toHostRequest } from "./host-request";
import type { FaceParts } from "./parts";
import { asksForQuota, asksForTitle, quotaAnswer } from "./quota-command";

/** The fetch that stands in the path of every model call of opencode's google provider. */
export type Intercept = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** `baseUrl`: where opencode believes Google to be; calls to anywhere else pass untouched. Throws only the host's own abort. */
export function createIntercept(parts: FaceParts, baseUrl: () => string): Intercept {
  return async function intercept(input, init = {}) {
    const url = input instanceof Request ? input.url : String(input);
    const path = pathBelow(url, baseUrl());
    if (path === undefined) return passThrough(parts, input, init);
    const request = await toHostRequest(path, input, init);
    const streaming = path.includes(":streamGenerateContent");
    if (asksForQuota(request)) {
      return quotaAnswer(asksForTitle(request) ? "Gemini quota" : await table(parts), streaming);
    }
    const reply = await parts.dispatch(request);
    if (reply.kind === "answered") return reply.response;
    const { isRun, formatTime } = parts;
    const { toResponse } = await import("./answer");
    return toResponse(reply, { isRun, streaming, now: parts.now(), formatTime });
  };
}

/** Screens render Markdown, where only a code block keeps the columns; `opencode run` prints the text as it is. */
async function table({ snapshot, formatTime, isRun }: FaceParts): Promise<string> {
  const [{ quotaMarkdown, quotaTable }, seen] = await Promise.all([import("../view/quota"), snapshot()]);
  return isRun ? quotaTable(seen, formatTime).join("\n") : quotaMarkdown(seen, formatTime);
}

function passThrough(parts: FaceParts, input: string | URL | Request, init: RequestInit): Promise<Response> {
  if (!(input instanceof Request)) return parts.passThrough(String(input), init);
  const { url, method, headers, body, signal } = input;
  return parts.passThrough(url, { method, headers, body, signal, ...init });
}
