/** A whole number of at least 1 given on the command line, `fallback` where none was; undefined where it is no such number. */
export function countOption(given: string | true | undefined, fallback: number, max: number): number | undefined {
  if (given === undefined) return fallback;
  const count = typeof given === "string" && /^\d{1,9}$/.test(given) ? Number(given) : 0;
  return count >= 1 && count <= max ? count : undefined;
}
