import type { Outcome } from "../core/outcome";
import { redact } from "../core/redact";

/**
 * What a person has to agree to before the first login with an OAuth client of Google's own programs.
 * https://github.com/google-gemini/gemini-cli, docs/resources/tos-privacy.md, of 2026-03-19.
 */
export const SEAT_TERMS =
  "Google's terms do not allow other programs to use the login of its Gemini CLI, and Google may suspend or end an account for it, as it has done; an API key, Vertex AI or an OAuth client of your own is the safe way.";

/** What a refused lookup says, with where to go. Empty where nothing is known. */
export function outcomeWords(outcome: Outcome): string {
  const words = "sentence" in outcome ? redact(outcome.sentence.trim()) : "";
  const url = "url" in outcome && outcome.url !== undefined ? ` See ${outcome.url}` : "";
  return `${words}${url}`.trim() || "Google gave no reason.";
}

/** Where to go, behind a sentence. */
export const withLink = (sentence: string, url: string | undefined): string =>
  url === undefined ? sentence : `${sentence} Open ${url}`;
