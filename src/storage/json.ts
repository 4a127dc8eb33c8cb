/** A JSON object of unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for what JSON writes in braces. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Without the fields that are undefined, so that they never hide what a file already has. A plain loop: a start reads
 * every account through it. For objects of our own fields only.
 */
export function defined(object: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const name in object) if (object[name] !== undefined) kept[name] = object[name];
  return kept;
}

/** Without the named fields. */
export const omit = (object: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
