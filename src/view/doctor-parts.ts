import type { Finding } from "../core/finding";
import { counted } from "./text";

/** What was seen, in a sentence, and what to do about it where something is to be done. */
export interface Words {
  readonly sentence: string;
  readonly nextStep?: string;
}

/** The findings of one kind. */
export type Of<Kind extends Finding["kind"]> = Extract<Finding, { kind: Kind }>;

/** What is said of each of these kinds. */
export type WordsFor<Kind extends Finding["kind"]> = { readonly [K in Kind]: (finding: Of<K>) => Words };

/** The command that puts right what needs no guess. */
export const FIX = "gemini-pool doctor --fix";

const MAX_LABELS = 8;

/** Names in a row; of many the first. */
export const listed = (labels: readonly string[]): string =>
  labels.length <= MAX_LABELS
    ? labels.join(", ")
    : `${labels.slice(0, MAX_LABELS).join(", ")} and ${labels.length - MAX_LABELS} more`;

/** "2 accounts (side project, work seat)". */
export const accountsNamed = (labels: readonly string[]): string =>
  `${counted(labels.length, "account")} (${listed(labels)})`;
