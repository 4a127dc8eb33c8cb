import type { DurationMs, EpochMs } from "../account";
import type { QuotaWindow } from "../quota/record";
import type { Health, PoolState } from "../state";

/** Old evidence counts half as much after this long: an account that rests heals. */
const HALF_LIFE_MS: DurationMs = 10 * 60_000;

const WEIGHT = { success: 0.4, remaining: 0.3, latency: 0.15, cooldown: 0.15 };

/** What is known of an account's fitness. */
export interface Evidence {
  readonly health: Health | undefined;
  readonly quotas: readonly QuotaWindow[];
  /** Any cooldown runs. */
  readonly cooling: boolean;
  readonly now: EpochMs;
  /** Of the whole pool, see `medianLatencyMs`. */
  readonly medianLatencyMs?: DurationMs | undefined;
}

/** How fit an account is, 0..1; 1 while nothing is known against it. Latency counts as the pool's median until it is measured. */
export function healthFraction({ health, quotas, cooling, now, medianLatencyMs: median }: Evidence): number {
  const success = health ? faded(health.successFraction, now - health.updatedAt) : 1;
  const sum =
    WEIGHT.success * success +
    WEIGHT.remaining * remaining(quotas, now) +
    WEIGHT.latency * speed(median, health?.latencyMs) +
    WEIGHT.cooldown * (cooling ? 0 : 1);
  return Math.min(1, Math.max(0, sum));
}

/** The middle of the accounts' times to the first output; undefined until one was measured. */
export function medianLatencyMs({ health }: Pick<PoolState, "health">): DurationMs | undefined {
  const known = [...health.values()].flatMap(({ latencyMs }) => latencyMs ?? []).sort((a, b) => a - b);
  const upper = known[Math.floor(known.length / 2)];
  const lower = known[Math.floor((known.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** 1 at the pool's median or faster; a slower account as much less as it is slower. */
const speed = (median: DurationMs | undefined, own: DurationMs | undefined): number =>
  median === undefined || own === undefined || own <= median ? 1 : Math.max(0, median) / own;

const faded = (fraction: number, ageMs: DurationMs): number =>
  1 - (1 - fraction) * 0.5 ** (Math.max(0, ageMs) / HALF_LIFE_MS);

/** The mean of what is left; a window that has reset since is full again. */
function remaining(quotas: readonly QuotaWindow[], now: EpochMs): number {
  if (quotas.length === 0) return 1;
  const left = quotas.map(({ remainingFraction, resetAt }) =>
    resetAt !== undefined && resetAt <= now ? 1 : remainingFraction,
  );
  return left.reduce((sum, each) => sum + each, 0) / left.length;
}
