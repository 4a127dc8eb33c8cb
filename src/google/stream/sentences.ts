/** What the host shows, or retries by: its retry rules match "network error" (opencode 1.18, session retry). */
export const BROKE_OFF = "Gemini pool: the answer broke off (network error)";
/** Free of every word the host retries by: the call was billed and is not to be repeated. */
export const WENT_SILENT = "Gemini pool: Google sent nothing for five minutes, so this answer was given up.";

/** Sentences for the people who read why an account was left. */
export const SENTENCES = {
  empty: "Google's answer was empty.",
  garbled: "What came was no answer of Gemini.",
  unfinished: "Google's answer broke off before its end.",
  silent: "Google sent nothing for five minutes.",
} as const;
