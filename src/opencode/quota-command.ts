import type { HostRequest } from "../ports/upstream";

/** The template of `/gquota`. Answered here: it never reaches Google. */
export const QUOTA_MARKER = "[gemini-pool:quota]";

/**
 * Whether a call is `/gquota` itself. Only the last message counts, and only if a person's text in it is the marker:
 * a conversation that asked once goes on with Google.
 */
export function asksForQuota({ body }: HostRequest): boolean {
  if (!body?.includes(QUOTA_MARKER)) return false;
  return lastUserTexts(body).some(isMarker);
}

/** opencode puts what was typed behind the command after the template. */
const isMarker = (text: string): boolean => {
  const rest = text.trimStart();
  return rest.startsWith(QUOTA_MARKER) && /^(?:\s|$)/.test(rest.slice(QUOTA_MARKER.length));
};

/** opencode asks for a title beside the first answer of a conversation; that call has no tools. */
export const asksForTitle = ({ body }: HostRequest): boolean => !body?.includes('"tools"');

/** An answer of our own in Google's form, for one call at no cost. */
export function quotaAnswer(text: string, streaming: boolean): Response {
  const answer = {
    candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0 },
  };
  const json = JSON.stringify(answer);
  const type = streaming ? "text/event-stream" : "application/json";
  return new Response(streaming ? `data: ${json}\r\n\r\n` : json, { headers: { "content-type": type } });
}

function lastUserTexts(body: string): readonly string[] {
  const contents = parsed(body)?.contents;
  const last = Array.isArray(contents) ? contents.at(-1) : undefined;
  if (last?.role !== undefined && last.role !== "user") return [];
  const parts: unknown = last?.parts;
  if (!Array.isArray(parts)) return [];
  return parts.flatMap((part: { text?: unknown }) => (typeof part?.text === "string" ? [part.text] : []));
}

function parsed(body: string): { contents?: { role?: string; parts?: unknown }[] } | undefined {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON, so not opencode's command: Google will say what is wrong with it.
    return undefined;
  }
}
