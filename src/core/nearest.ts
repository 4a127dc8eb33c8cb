/** The candidate a mistyped word most likely meant; undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  return closest(word, candidates, Math.max(2, Math.floor(word.length / 3)));
}

/**
 * The field of a file that a name which is none most likely meant. Stricter than for what a person has just typed: a file may
 * hold fields of others, and most short words are near some other word. What begins with a sign is there to be no field.
 */
export function slipOf(name: string, fields: readonly string[]): string | undefined {
  if (/^[^a-z]/i.test(name)) return undefined;
  const word = plain(name);
  const same = fields.find((field) => plain(field) === word);
  const longer = fields.filter((field) => field.length > 3);
  return same ?? closest(word, longer, word.length < 7 ? 1 : 2, plain);
}

/** The fields of an object that are none of these, and look like one. */
export const slipsIn = <T extends string>(
  object: Readonly<Record<string, unknown>>,
  fields: readonly T[],
): readonly { readonly field: string; readonly meant: T }[] =>
  Object.keys(object).flatMap((field) => {
    const meant = fields.some((each) => each === field) ? undefined : slipOf(field, fields);
    return meant === undefined ? [] : [{ field, meant: meant as T }];
  });

/** Without what is written in several ways: `quota_project` is `quotaProject`. */
const plain = (name: string): string => name.toLowerCase().replace(/[_-]/g, "");

const LONGEST = 40;

function closest(
  word: string,
  candidates: readonly string[],
  limit: number,
  shape = (candidate: string) => candidate,
): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: distance(word.slice(0, LONGEST), shape(candidate)) }))
    .filter((each) => each.distance <= limit && each.distance < each.candidate.length)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** How many letters to add, drop or change, or pairs to swap. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : changed;
      next.push(Math.min(changed, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
