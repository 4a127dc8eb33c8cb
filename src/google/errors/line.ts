/** White space, and what may not reach a terminal: control characters and what reorders or hides text. */
const BLANKS = /[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** The text in one line, with single spaces: Google's sentences hold line breaks and tabs. */
export const oneLine = (text: string): string => text.replace(BLANKS, " ").trim();
