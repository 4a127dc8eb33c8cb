import type { EpochMs } from "../account";

/** What a process may still repeat. Immutable; `balance` is never negative. */
export interface RetryBudget {
  readonly balance: number;
  readonly updatedAt: EpochMs;
}

const DEPOSIT = 0.2;
const FLOOR = 10;
const FLOOR_WINDOW_MS = 10_000;
/** Fifths do not add up exactly in binary. */
const ROUNDING = 1e-9;
/** Saved-up deposits end here, so that a quiet day cannot pay for a storm. */
const CEILING = 100;

/** A full floor: ten repeats. */
export const newBudget = (now: EpochMs): RetryBudget => ({ balance: FLOOR, updatedAt: now });

/** Each request pays in a fifth of a repeat. */
export function deposit(budget: RetryBudget, now: EpochMs): RetryBudget {
  const { balance } = refill(budget, now);
  return { balance: Math.min(CEILING, balance + DEPOSIT), updatedAt: now };
}

/** The budget after one repeat, or undefined where there is none left. */
export function withdraw(budget: RetryBudget, now: EpochMs): RetryBudget | undefined {
  const { balance } = refill(budget, now);
  return balance + ROUNDING >= 1 ? { balance: Math.max(0, balance - 1), updatedAt: now } : undefined;
}

/** Below the floor ten repeats come back in ten seconds. */
function refill(budget: RetryBudget, now: EpochMs): RetryBudget {
  if (budget.balance >= FLOOR) return budget;
  const gained = (Math.max(0, now - budget.updatedAt) / FLOOR_WINDOW_MS) * FLOOR;
  return { balance: Math.min(FLOOR, budget.balance + gained), updatedAt: now };
}
