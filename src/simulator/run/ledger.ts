import type { DurationMs, EpochMs } from "../../core/account";
import type { EndedWindow } from "../fixed-window";
import type { SimulatedAccount } from "./accounts";
import type { LimitedCall, SupplyEvents } from "./supply";
import { latencyOf, type Turn } from "./turn";

const MINUTE_MS: DurationMs = 60_000;

/** Everything that is counted while a simulation runs. */
export class Ledger implements SupplyEvents {
  conversationCount = 0;
  turnCount = 0;
  servedCount = 0;
  /** Times a caller was told to come back or to stop; and of those, while some account could answer. */
  refusedCount = 0;
  needlessCount = 0;
  /** Questions without an answer: ended by a 400, or told to come back too often. */
  stoppedCount = 0;
  gaveUpCount = 0;
  waitedMs: DurationMs = 0;
  longestWaitMs: DurationMs = 0;
  switchCount = 0;
  callCount = 0;
  /** Calls that Google refused for quota; the most for one limit within one of its windows; and those after the first of each. */
  limitedCallCount = 0;
  worstWindowCount = 0;
  wastedCallCount = 0;
  /** Of those, sent though the first had come back: the others were on their way already. */
  repeatedCallCount = 0;
  /** Calls that fell into an outage. */
  failedCallCount = 0;
  /** Windows that ended, what they held and what of it was never used. */
  resetCount = 0;
  resetLimitCount = 0;
  unusedCount = 0;
  /** By quota scope. */
  readonly servedByScope = new Map<string, number>();
  readonly #lives = new Map<string, string>();
  readonly #open = new Map<Turn, EpochMs>();
  readonly #refusals = new Map<string, Pick<LimitedCall, "at" | "toldAt">[]>();

  served({ account }: { readonly account: SimulatedAccount }): void {
    this.callCount += 1;
    this.servedByScope.set(account.scope, (this.servedByScope.get(account.scope) ?? 0) + 1);
  }

  limited({ windowKey, isMinute, at, toldAt }: LimitedCall): void {
    this.callCount += 1;
    this.limitedCallCount += 1;
    const before = this.#refusals.get(windowKey) ?? [];
    const window = isMinute ? before.filter((each) => each.at > at - MINUTE_MS) : before;
    if (window.some((each) => each.toldAt <= at)) this.repeatedCallCount += 1;
    window.push({ at, toldAt });
    this.#refusals.set(windowKey, window);
    if (window.length > 1) this.wastedCallCount += 1;
    this.worstWindowCount = Math.max(this.worstWindowCount, window.length);
  }

  failed(): void {
    this.callCount += 1;
    this.failedCallCount += 1;
  }

  ended({ limit, used }: EndedWindow): void {
    this.resetCount += 1;
    this.resetLimitCount += limit;
    this.unusedCount += Math.max(0, limit - used);
  }

  began(): void {
    this.conversationCount += 1;
  }

  asked(turn: Turn, at: EpochMs): void {
    this.turnCount += 1;
    this.#open.set(turn, at);
  }

  refused(couldBeServed: boolean): void {
    this.refusedCount += 1;
    if (couldBeServed) this.needlessCount += 1;
  }

  answered(turn: Turn, account: SimulatedAccount, at: EpochMs): void {
    this.servedCount += 1;
    this.#close(turn, at - latencyOf(turn));
    const before = this.#lives.get(turn.sessionId);
    this.#lives.set(turn.sessionId, account.label);
    if (before !== undefined && before !== account.label) this.switchCount += 1;
  }

  unanswered(turn: Turn, why: "stopped" | "gave-up", at: EpochMs): void {
    if (why === "stopped") this.stoppedCount += 1;
    else this.gaveUpCount += 1;
    this.#close(turn, at);
  }

  left(sessionId: string): void {
    this.#lives.delete(sessionId);
  }

  /** The simulation is over: who still waits has waited until now. */
  close(at: EpochMs): void {
    for (const turn of [...this.#open.keys()]) this.#close(turn, at - latencyOf(turn));
  }

  #close(turn: Turn, at: EpochMs): void {
    const waitedMs = Math.max(0, at - (this.#open.get(turn) ?? at));
    this.#open.delete(turn);
    this.waitedMs += waitedMs;
    this.longestWaitMs = Math.max(this.longestWaitMs, waitedMs);
  }
}
