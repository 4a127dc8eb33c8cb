/** What one answer, or one event of it, means for the end of the answer. */
export interface Reading {
  /** Google's refusal inside a 200; `status` is its own code, 500 where it names none. */
  readonly refused?: { readonly status: number };
  /** The prompt was blocked and nobody answers. */
  readonly blocked: boolean;
  /** Something a person or a tool would notice: text, thoughts, a call, a file. */
  readonly output: boolean;
  readonly finish: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** Parts that consist of these alone show nothing. */
const SILENT_KEYS: ReadonlySet<string> = new Set(["text", "thought", "thoughtSignature", "thought_signature"]);

/** Reads a parsed event. Total: whatever the value is. */
export function read(value: unknown): Reading {
  const event = asObject(Array.isArray(value) ? value[0] : value) ?? {};
  const error = asObject(event["error"]);
  const candidates = Array.isArray(event["candidates"]) ? event["candidates"] : [];
  const finish = asObject(candidates[0])?.["finishReason"];
  return {
    ...(error ? { refused: { status: statusOf(error["code"]) } } : {}),
    blocked: candidates.length === 0 && isBlocked(event["promptFeedback"]),
    output: candidates.some(hasOutput),
    finish: typeof finish === "string" ? finish : undefined,
  };
}

/** The value as an object, if it is one. */
export const asObject = (value: unknown): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

/** The parsed text; undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const statusOf = (code: unknown): number =>
  typeof code === "number" && Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;

function isBlocked(feedback: unknown): boolean {
  const reason = asObject(feedback)?.["blockReason"];
  return typeof reason === "string" && reason !== "" && reason !== "BLOCK_REASON_UNSPECIFIED";
}

function hasOutput(candidate: unknown): boolean {
  const parts = asObject(asObject(candidate)?.["content"])?.["parts"];
  return Array.isArray(parts) && parts.some(isVisible);
}

function isVisible(part: unknown): boolean {
  const fields = asObject(part);
  if (!fields) return false;
  if (typeof fields["text"] === "string" && fields["text"] !== "") return true;
  return Object.keys(fields).some((key) => !SILENT_KEYS.has(key));
}
