import type { Call } from "./call";
import { type CaseBuilder, refusal } from "./cases/case";
import { badRequest, type Json } from "./wire";

const GEMINI_FIELDS = new Set([
  "contents",
  "systemInstruction",
  "system_instruction",
  "tools",
  "toolConfig",
  "tool_config",
  "safetySettings",
  "safety_settings",
  "generationConfig",
  "generation_config",
  "cachedContent",
  "cached_content",
  "model",
  "labels",
  "store",
  "serviceTier",
]);
const COUNT_FIELDS = new Set([
  "contents",
  "generateContentRequest",
  "model",
  "systemInstruction",
  "tools",
  "generationConfig",
]);
const WRAPPER_FIELDS = new Set([
  "model",
  "project",
  "user_prompt_id",
  "userPromptId",
  "request",
  "enabled_credit_types",
  "userAgent",
  "requestId",
]);
const SESSION_FIELDS = ["session_id", "sessionId"];

/** Why a body is no valid request, as Google would say it; undefined where it is one. */
export function badBody(call: Call): CaseBuilder | undefined {
  if (call.outer === undefined) return invalid("Invalid JSON payload received. Unexpected token.");
  const unknown =
    call.backend === "code-assist"
      ? unknownInWrapper(call)
      : unknownField(call.outer, call.path === "count" ? COUNT_FIELDS : GEMINI_FIELDS);
  if (unknown !== undefined)
    return invalid(`Invalid JSON payload received. Unknown name ${unknown}: Cannot find field.`);
  const contents =
    call.inner?.["contents"] ?? (call.inner?.["generateContentRequest"] as Json | undefined)?.["contents"];
  const empty = call.path === "generate" && (!Array.isArray(contents) || contents.length === 0);
  return empty
    ? refusal(400, "INVALID_ARGUMENT", "* GenerateContentRequest.contents: contents is not specified\n")
    : undefined;
}

/** Session ids are a field of Code Assist and an error of the Gemini API. */
function unknownInWrapper({ outer = {}, inner = {} }: Call): string | undefined {
  const wrapper = unknownField(outer, WRAPPER_FIELDS);
  if (wrapper !== undefined) return wrapper;
  const inside = unknownField(inner, new Set([...GEMINI_FIELDS, ...SESSION_FIELDS]));
  return inside === undefined ? undefined : `${inside} at 'request'`;
}

function unknownField(body: Json, known: ReadonlySet<string>): string | undefined {
  const name = Object.keys(body).find((key) => !known.has(key));
  return name === undefined ? undefined : JSON.stringify(name);
}

const invalid = (message: string) => refusal(400, "INVALID_ARGUMENT", message, { details: [badRequest(message)] });
