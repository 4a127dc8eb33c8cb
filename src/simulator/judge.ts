import type { Call } from "./call";
import { type CaseBuilder, refusal } from "./cases/case";
import { contentsOf } from "./reply";
import type { Scenario } from "./scenario";
import { partsOf } from "./signatures";
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
export function badBody(call: Call, scenario: Pick<Scenario, "vertexWithoutCallIds"> = {}): CaseBuilder | undefined {
  if (call.outer === undefined) return invalid("Invalid JSON payload received. Unexpected token.");
  const unknown =
    call.backend === "code-assist"
      ? unknownInWrapper(call)
      : unknownField(call.outer, call.path === "count" ? COUNT_FIELDS : GEMINI_FIELDS);
  if (unknown !== undefined)
    return invalid(`Invalid JSON payload received. Unknown name ${unknown}: Cannot find field.`);
  if (call.backend === "vertex") {
    const strange = badAtVertex(call, scenario);
    if (strange !== undefined) return strange;
  }
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

/** What the Gemini API takes and Vertex AI does not. */
function badAtVertex({ inner }: Call, { vertexWithoutCallIds = false }: Pick<Scenario, "vertexWithoutCallIds">) {
  const contents = contentsOf(inner);
  const places = vertexWithoutCallIds ? contents.flatMap(callIds) : [];
  if (places.length > 0) return invalid(places.map((place) => unknownName('"id"', place)).join("\n"));
  const roles = contents.every(({ role }) => role === "user" || role === "model");
  return roles ? undefined : refusal(400, "INVALID_ARGUMENT", "Please use a valid role: user, model.");
}

const callIds = (content: Json, index: number): readonly string[] =>
  partsOf(content).flatMap((part, at) =>
    (["functionCall", "functionResponse"] as const).flatMap((name) => {
      const call = part[name] as Json | undefined;
      const place = `contents[${index}].parts[${at}].${name === "functionCall" ? "function_call" : "function_response"}`;
      return call?.["id"] === undefined ? [] : [place];
    }),
  );

const unknownName = (name: string, place: string): string =>
  `Invalid JSON payload received. Unknown name ${name} at '${place}': Cannot find field.`;

function unknownField(body: Json, known: ReadonlySet<string>): string | undefined {
  const name = Object.keys(body).find((key) => !known.has(key));
  return name === undefined ? undefined : JSON.stringify(name);
}

const invalid = (message: string) => refusal(400, "INVALID_ARGUMENT", message, { details: [badRequest(message)] });
