/** Of English text and code; JSON and other languages are learnt on the way. */
const DEFAULT_RATIO = 1 / 4;
/** Beyond these a body is pictures, or the count is not about it. */
const LOWEST_RATIO = 1 / 16;
const HIGHEST_RATIO = 1 / 1.5;
/** Weight of the newest call in the moving average. */
const WEIGHT = 0.2;

/** How many input tokens a body will count as. `ratio`: tokens per character, 1/4 until it is learnt. A whole number, 0 or more. */
export const estimateInputTokens = (bodyChars: number, ratio: number = DEFAULT_RATIO): number =>
  Math.ceil(Math.max(0, bodyChars) * ratio);

/** The ratio after a call whose body counted as `inputTokens`, 1/16 to 1/1.5. A call that counted nothing teaches nothing. */
export function nextRatio(previous: number | undefined, bodyChars: number, inputTokens: number): number {
  const before = previous ?? DEFAULT_RATIO;
  if (!(bodyChars > 0 && inputTokens > 0)) return before;
  const seen = Math.min(HIGHEST_RATIO, Math.max(LOWEST_RATIO, inputTokens / bodyChars));
  return before * (1 - WEIGHT) + seen * WEIGHT;
}
