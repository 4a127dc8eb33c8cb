/** Bodies smaller than this cannot hold much of a picture. */
const LARGE_CHARS = 100_000;

/** Where pictures, sounds and files stand in a body, in both spellings. */
const INLINE_KEYS = ['"inlineData"', '"inline_data"'];

/**
 * How many characters of a body are text, which is what its tokens can be estimated from; 0 where pictures or files are in
 * it, because Google counts those by their content and nobody can tell (https://ai.google.dev/gemini-api/docs/tokens).
 */
export const textChars = (body: string): number =>
  body.length > LARGE_CHARS && INLINE_KEYS.some((key) => body.includes(key)) ? 0 : body.length;
