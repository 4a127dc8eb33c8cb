/** Parses JSON with comments and trailing commas, as the host's runtime does. Throws a SyntaxError. */
export const parseJsonc = (text: string): unknown => Bun.JSONC.parse(text);
