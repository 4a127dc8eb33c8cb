import type { CallMethod, CallTraits } from "../core/call";
import type { HostRequest } from "../ports/upstream";

const MODEL_CALL =
  /^\/models\/([^/?]+):(generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)(?:\?.*)?$/;

/** What a request of the host asks for; undefined for everything that is no model call and is therefore sent once, as it is. */
export function describe(request: HostRequest): CallTraits | undefined {
  const found = request.method === "POST" ? MODEL_CALL.exec(request.path) : null;
  if (!found?.[1]) return undefined;
  const method = found[2] as CallMethod;
  const sessionId = request.headers.get("x-session-id");
  const parentSessionId = request.headers.get("x-parent-session-id");
  return {
    model: decoded(found[1]),
    method,
    streaming: method === "streamGenerateContent",
    ...(sessionId ? { sessionId } : {}),
    ...(parentSessionId ? { parentSessionId } : {}),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
