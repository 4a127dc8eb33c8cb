import type { Outcome } from "../core/outcome";
import type { ProbeResult } from "../ports/upstream";
import { keyEnding } from "./pasted-key";

/** What a probe says of a key, with a sentence for its owner that never holds the key. Empty where it simply works. */
export interface KeyVerdict {
  readonly verdict: "works" | "refused" | "unknown" | "aborted";
  readonly sentence: string;
}

/** A key without quota is still a good key; a fault on the way says nothing about it. */
const VERDICTS: Readonly<Record<Outcome["kind"], KeyVerdict["verdict"]>> = {
  success: "works",
  limited: "works",
  aborted: "aborted",
  unauthorized: "refused",
  parked: "refused",
  banned: "refused",
  denied: "refused",
  rejected: "unknown",
  signature: "unknown",
  capacity: "unknown",
  transient: "unknown",
  timeout: "unknown",
  egress: "unknown",
  machine: "unknown",
};

/** Reads a probe's answer. */
export function judge(probed: ProbeResult, key: string): KeyVerdict {
  if (probed.kind === "valid") return { verdict: "works", sentence: "" };
  const { outcome } = probed;
  const verdict = VERDICTS[outcome.kind];
  const words = hidden("sentence" in outcome ? outcome.sentence.trim() : "", key);
  if (verdict === "refused") return { verdict, sentence: refusedWords(outcome, words) };
  if (verdict === "unknown") return { verdict, sentence: words.replace(/[.\s]+$/, "") || "Google could not be asked" };
  return { verdict, sentence: words };
}

/** The last line of defence: whoever made the sentence may have left the key in it. */
export const hidden = (sentence: string, key: string): string => sentence.replaceAll(key, keyEnding(key));

function refusedWords(outcome: Outcome, words: string): string {
  const url = "url" in outcome && outcome.url !== undefined ? ` See ${outcome.url}` : "";
  const isUnknownKey = outcome.kind === "parked" && outcome.state === "key-invalid";
  const fresh = isUnknownKey ? " A key made minutes ago may need a little time." : "";
  return `Google refused the key, so nothing was stored: ${words || "it gave no reason."}${fresh}${url}`;
}
