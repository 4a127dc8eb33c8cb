import { redact } from "../core/redact";
import type { Reply } from "../pool/reply";
import type { HostRequest } from "../ports/upstream";
import { isStream, pathBelow, toHostRequest } from "./host-request";
import type { FaceParts } from "./parts";
import { asksForQuota, asksForTitle, quotaAnswer } from "./quota-command";

/** The fetch that stands in the path of every model call of opencode's google provider. */
export type Intercept = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** `baseUrl`: where opencode believes Google to be. Calls to anywhere else pass untouched. Throws only the host's own abort: a bug of ours is said as a refusal. */
export function createIntercept(parts: FaceParts, baseUrl: () => string): Intercept {
  return async function intercept(input, init = {}) {
    const url = input instanceof Request ? input.url : String(input);
    const path = pathBelow(url, baseUrl());
    if (path === undefined) return passThrough(parts, input, init);
    const request = await toHostRequest(path, input, init);
    try {
      return await answer(parts, request);
    } catch (error) {
      if (request.signal?.aborted) throw error;
      const sentence = `the Gemini pool failed: ${error instanceof Error ? error.message : "unknown"}`;
      return render(parts, { kind: "refused", refusal: { kind: "machine", sentence: redact(sentence) } }, request);
    }
  };
}

async function answer(parts: FaceParts, request: HostRequest): Promise<Response> {
  if (asksForQuota(request)) {
    return quotaAnswer(asksForTitle(request) ? "Gemini quota" : await table(parts), isStream(request));
  }
  const reply = await parts.dispatch(request);
  return reply.kind === "answered" ? reply.response : render(parts, reply, request);
}

async function render({ isRun, formatTime, now }: FaceParts, reply: Reply, request: HostRequest): Promise<Response> {
  const { toResponse } = await import("./answer");
  return toResponse(reply, { isRun, streaming: isStream(request), now: now(), formatTime });
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
