import type { BackendModelGroups, BackendName, ModelGroups } from "../core/account";
import { isObject, type JsonObject } from "./json-object";

const BACKENDS: readonly BackendName[] = ["gemini-api", "vertex", "code-assist"];

const isModels = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((model) => typeof model === "string" && model !== "");

/** Reads `modelGroups`: backend → group → models. A bad value is named in `errors` and falls back alone. */
export function readModelGroups(raw: JsonObject, file: string, errors: string[]): BackendModelGroups {
  const { modelGroups } = raw;
  if (modelGroups === undefined) return {};
  if (!isObject(modelGroups)) {
    errors.push(`${file}: modelGroups must be an object`);
    return {};
  }
  const read: Partial<Record<BackendName, ModelGroups>> = {};
  for (const [name, groups] of Object.entries(modelGroups)) {
    const backend = BACKENDS.find((known) => known === name);
    if (!backend) errors.push(`${file}: modelGroups.${name} must be one of ${BACKENDS.join(", ")}`);
    else if (!isObject(groups) || !Object.values(groups).every(isModels))
      errors.push(`${file}: modelGroups.${name} must name lists of models by group`);
    else read[backend] = groups as ModelGroups;
  }
  return read;
}
