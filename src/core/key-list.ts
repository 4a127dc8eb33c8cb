/** No word of a sentence and no name before an equals sign: it may be a key by itself. */
const LONG_WORD = /^\S{19,}[^\s=]$/;

/** A text with a blank in it is never a key; but it may be keys side by side, a sentence, or a line of a shell script. */
function parted(piece: string): readonly string[] {
  const words = piece.split(/\s+/);
  return words.every((word) => LONG_WORD.test(word)) ? words : [piece];
}

/**
 * The keys of a text, wherever it comes from (a paste, a file, a variable): with commas, line breaks or blanks between them. No empty
 * ones, no comments, none twice. Never none: an empty text is one empty key.
 */
export function splitKeys(text: string): readonly string[] {
  if (text.trimStart().startsWith("{")) return [text];
  const pieces = text
    .split(/[\r\n,]+/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "" && !piece.startsWith("#"))
    .flatMap(parted);
  return pieces.length === 0 ? [""] : [...new Set(pieces)];
}
