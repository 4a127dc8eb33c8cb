import type { DurationMs, EpochMs } from "../core/account";
import type { Clock } from "../ports/world";
import type { AccountPool, Acquired } from "./account-pool";
import type { Wish } from "./look";

/** Waits for somebody to come back stay below these: longer ones are the host's to show. */
const WAIT_MS: DurationMs = 2_000;
const WAIT_SUM_MS: DurationMs = 30_000;

interface Turn {
  readonly pool: AccountPool;
  readonly clock: Clock;
  readonly wish: Wish;
  readonly signal: AbortSignal | undefined;
  /** How long the request has waited before. */
  readonly waitedMs: DurationMs;
}

/** An account, or the refusal, after a short wait if that is all it takes; and how long the request has waited by now. */
export async function takeTurn({
  pool,
  clock,
  wish,
  signal,
  waitedMs: before,
}: Turn): Promise<{ readonly acquired: Acquired; readonly waitedMs: DurationMs }> {
  for (let waitedMs = before; ; ) {
    const acquired = pool.acquire(wish);
    if (acquired.kind === "leased" || acquired.backAt === undefined) return { acquired, waitedMs };
    const since = clock.now();
    const waitMs = Math.max(1, acquired.backAt - since);
    if (waitMs > WAIT_MS || waitedMs + waitMs > WAIT_SUM_MS) return { acquired, waitedMs };
    await pool.changed(waitMs, signal);
    waitedMs += passedMs(since, clock) ?? waitMs;
  }
}

interface Sitting {
  readonly pool: AccountPool;
  readonly clock: Pick<Clock, "now">;
  readonly wish: Wish;
  readonly signal: AbortSignal | undefined;
}

/** Sits a time out; true, and earlier, where nobody else could take the call and somebody now can. */
export async function sitOut(ms: DurationMs, { pool, clock, wish, signal }: Sitting): Promise<boolean> {
  const wasAlone = !pool.othersUsable(wish);
  for (let leftMs = ms; leftMs > 0; ) {
    const since = clock.now();
    await pool.changed(leftMs, signal);
    if (wasAlone && pool.othersUsable(wish)) return true;
    leftMs -= passedMs(since, clock) ?? leftMs;
  }
  return false;
}

/** Undefined where the clock was set back meanwhile: nobody waits until it is as late again. */
const passedMs = (since: EpochMs, clock: Pick<Clock, "now">): DurationMs | undefined => {
  const ms = clock.now() - since;
  return ms >= 0 ? ms : undefined;
};
