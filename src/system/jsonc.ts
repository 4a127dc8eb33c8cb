interface Positioned {
  readonly position?: { readonly line?: number; readonly column?: number } | null;
}

/** Bun throws a BuildMessage, or an AggregateError of them; both quote the text, which a person may have pasted a key into. */
const placeOf = (error: unknown): string => {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { line, column } = (first as Positioned | undefined)?.position ?? {};
  return line === undefined ? "not JSON" : `line ${line}, column ${column ?? 1}`;
};

/** Parses JSON with comments and trailing commas. Throws a SyntaxError whose message is the place and nothing else. */
export function parseJsonc(text: string): unknown {
  try {
    return Bun.JSONC.parse(text);
  } catch (error) {
    throw new SyntaxError(placeOf(error));
  }
}
