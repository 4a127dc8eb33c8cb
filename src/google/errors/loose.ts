/** A JSON object of unknown shape. */
export type Loose = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value if it is a JSON object. */
export const asRecord = (value: unknown): Loose | undefined => (isRecord(value) ? value : undefined);

/** The objects of a list; empty for anything else. Looks at the first 64 entries only. */
export const asRecords = (value: unknown): readonly Loose[] =>
  Array.isArray(value) ? value.slice(0, 64).filter(isRecord) : [];

/** The value if it is a text that is not empty. */
export const asText = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A finite number, also where JSON wrote it as a text (proto3 does so for 64-bit numbers). */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.length > 24 || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The parsed text, or undefined where it is no JSON. Never throws. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
