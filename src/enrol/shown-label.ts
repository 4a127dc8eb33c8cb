import { redact } from "../core/redact";

const UNPRINTABLE = /[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;
const EMAIL = /([^\s@<>"(]?)[^\s@<>"(]*@(?=[^\s@<>")])/g;
const MAX_CHARS = 60;
/** Of a longer one nobody sees the end; it must not cost time either. */
const READ_CHARS = 400;

/** The text as others may read it: e-mails with one letter of the person, nothing that looks like a secret. */
export const withoutSecrets = (text: string): string => redact(text.replace(EMAIL, "$1…@"));

/** A label of a foreign file for a screen: one short line, e-mails with one letter of the person, nothing that looks like a secret. */
export const shownLabel = (label: string): string =>
  withoutSecrets(label.slice(0, READ_CHARS).replace(UNPRINTABLE, " ")).trim().slice(0, MAX_CHARS);
