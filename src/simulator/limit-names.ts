import { GEMINI_LIMITS } from "./cases/gemini-quota";
import type { Reached } from "./quota-counter";

/** What Google calls a limit of a project. */
export interface LimitNames {
  readonly metric: string;
  readonly quotaId: string;
}

/** The names of a limit of the Gemini API that was reached. Longer windows than a day are people's, so they have none. */
export function limitNames(tier: "free" | "paid", { window, meter }: Pick<Reached, "window" | "meter">): LimitNames {
  const isPaid = tier === "paid";
  if (meter === "input-tokens") return isPaid ? GEMINI_LIMITS.paidTokensMinute : GEMINI_LIMITS.freeTokensMinute;
  if (window === "minute") return isPaid ? GEMINI_LIMITS.paidMinute : GEMINI_LIMITS.freeMinute;
  return isPaid ? GEMINI_LIMITS.paidDay : GEMINI_LIMITS.freeDay;
}
