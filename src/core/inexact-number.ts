import { lineOf } from "./json-twins";

/** A text, which is passed over, or a number. */
const NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** Fifteen digits always fit. */
const isShort = (token: string): boolean => token.length <= 15 && !/[eE]/.test(token);

function isKept(token: string): boolean {
  const value = Number(token);
  if (!Number.isFinite(value)) return false;
  return !/^-?\d+$/.test(token) || String(value) === token || BigInt(value) === BigInt(token);
}

/**
 * The line of a JSON text with a number that JSON.parse cannot keep, e.g. 12345678901234567890 or 1e999: written again it would be
 * another one. Undefined where there is none. Fractions are not looked at: they lose what nobody reads. Linear in the text.
 */
export function inexactNumberLine(text: string): number | undefined {
  for (const { 0: token, index } of text.matchAll(NUMBER)) {
    if (token.startsWith('"') || isShort(token) || isKept(token)) continue;
    return lineOf(text, index);
  }
  return undefined;
}
