import type { DurationMs } from "../../core/account";
import type { Ledger } from "./ledger";

/** What one client made of a plan. Fractions are 0..1, and 1 where there is nothing to compare. */
export interface Figures {
  readonly turnCount: number;
  readonly servedCount: number;
  /** Served ÷ what a client that knows everything serves; may be a little over 1 by the order of things. */
  readonly usefulFraction: number;
  /** Times a caller was told to come back or to stop. */
  readonly refusedCount: number;
  /** Of those, while some account could answer: errors that nobody should see. */
  readonly needlessCount: number;
  /** Questions that were ended by a 400, and those given up after five repeats. */
  readonly stoppedCount: number;
  readonly gaveUpCount: number;
  readonly callCount: number;
  /** Calls that Google refused for quota; the most for one limit within one of its windows; those after the first of each. */
  readonly limitedCallCount: number;
  readonly worstWindowCount: number;
  readonly wastedCallCount: number;
  /** Of those, sent though the first had come back: the others were on their way already. */
  readonly repeatedCallCount: number;
  /** Calls that fell into an outage. */
  readonly failedCallCount: number;
  readonly waitedMs: DurationMs;
  readonly longestWaitMs: DurationMs;
  readonly conversationCount: number;
  readonly switchesPerConversation: number;
  /** Jain's index of served ÷ allowed over the quota scopes: 1 is even, 1/n is all on one. */
  readonly fairness: number;
  /** Windows that ended, and what of them was never used. */
  readonly resetCount: number;
  readonly unusedCount: number;
  readonly unusedFraction: number;
}

/** What else there is to compare with. */
export interface Measures {
  readonly allowed: ReadonlyMap<string, number>;
  readonly oracleServedCount: number;
}

export function figuresOf(ledger: Ledger, { allowed, oracleServedCount }: Measures): Figures {
  const { turnCount, servedCount, refusedCount, needlessCount, stoppedCount, gaveUpCount, callCount } = ledger;
  const { limitedCallCount, worstWindowCount, wastedCallCount, failedCallCount, waitedMs, longestWaitMs } = ledger;
  const { repeatedCallCount } = ledger;
  const { conversationCount, switchCount, resetCount, unusedCount, resetLimitCount } = ledger;
  return {
    turnCount,
    servedCount,
    usefulFraction: oracleServedCount > 0 ? servedCount / oracleServedCount : 1,
    refusedCount,
    needlessCount,
    stoppedCount,
    gaveUpCount,
    callCount,
    limitedCallCount,
    worstWindowCount,
    wastedCallCount,
    repeatedCallCount,
    failedCallCount,
    waitedMs,
    longestWaitMs,
    conversationCount,
    switchesPerConversation: conversationCount > 0 ? switchCount / conversationCount : 0,
    fairness: jain(shares(ledger.servedByScope, allowed)),
    resetCount,
    unusedCount,
    unusedFraction: resetLimitCount > 0 ? unusedCount / resetLimitCount : 0,
  };
}

/** Scopes without a limit are compared by what they served. */
function shares(served: ReadonlyMap<string, number>, allowed: ReadonlyMap<string, number>): readonly number[] {
  const isOpen = [...allowed.values()].every((limit) => limit === Number.POSITIVE_INFINITY);
  return [...allowed].flatMap(([scope, limit]) => {
    const count = served.get(scope) ?? 0;
    if (isOpen) return [count];
    return limit > 0 && limit < Number.POSITIVE_INFINITY ? [count / limit] : [];
  });
}

/** (Σx)² ÷ (n·Σx²), R. Jain et al., DEC-TR-301 (1984). */
export function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares > 0 ? (sum * sum) / (values.length * squares) : 1;
}
