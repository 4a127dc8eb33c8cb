import type { FactKind } from "./fact";
import type { FactName, Learnt } from "./learnt";

/** Kinds that grow with every conversation: beyond so many the longest unused go. `newest`: the time that counts. */
export const TRIMMED = {
  binding: { max: 10_000, newest: "lastAnswerAt" },
  // A conversation's signatures may be a kilobyte and more. An old one's become placeholders, and that is all.
  signatures: { max: 500, newest: "updatedAt" },
} as const;

export type TrimmedKind = keyof typeof TRIMMED;

export const TRIMMED_KINDS = Object.keys(TRIMMED) as readonly TrimmedKind[];

/** Trimming sorts all of a kind, so it waits until there is something to gain. */
const SLACK = 500;

const NOTHING = { value: undefined, liftedAt: 0 };

const isTrimmed = (kind: FactKind): kind is TrimmedKind => Object.hasOwn(TRIMMED, kind);

/** Whether memory holds so many of a kind that it is time to forget some. */
export const isCrowded = (learnt: Learnt, kind: FactKind): kind is TrimmedKind =>
  isTrimmed(kind) && learnt.count(kind) > TRIMMED[kind].max + SLACK;

/** Forgets the longest unused of a kind beyond its `max`; returns which. */
export function forgetOldest(learnt: Learnt, kind: TrimmedKind): readonly FactName[] {
  const { max, newest } = TRIMMED[kind];
  const names = learnt.oldest(kind, max, newest).map((key) => ({ kind, key }));
  for (const name of names) learnt.put(name, NOTHING);
  return names;
}
