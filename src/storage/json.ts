/** A JSON object of unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for what JSON writes in braces. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Without the named fields. */
export const omit = (object: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
