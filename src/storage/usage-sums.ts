import type { AccountId, DurationMs, EpochMs } from "../core/account";
import type { UsageCounts, UsageEntry } from "../core/state";
import { NO_USAGE } from "../core/usage";
import type { AccountUsage } from "../ports/state-store";

/** The counters, in the order they are stored. */
export const COUNTERS = [
  "requests",
  "ok",
  "failed",
  "inputTokens",
  "outputTokens",
  "cachedTokens",
  "thoughtTokens",
] as const satisfies readonly (keyof UsageCounts)[];

/** The grain of the counters. */
export const HOUR_MS: DurationMs = 3_600_000;

const plus = (a: UsageCounts, b: UsageCounts): UsageCounts => ({
  requests: a.requests + b.requests,
  ok: a.ok + b.ok,
  failed: a.failed + b.failed,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cachedTokens: a.cachedTokens + b.cachedTokens,
  thoughtTokens: a.thoughtTokens + b.thoughtTokens,
});

/** Counters by account, model and hour: as many entries as there are of these, however many calls. */
export interface UsageLedger {
  add(usage: UsageEntry): void;
  entries(): readonly UsageEntry[];
  isEmpty(): boolean;
  clear(): void;
}

/** An empty ledger. */
export function createLedger(): UsageLedger {
  const entries = new Map<string, UsageEntry>();
  const keyOf = ({ accountId, model, hourAt }: UsageEntry) => JSON.stringify([accountId, model, hourAt]);
  return {
    add: (usage) => {
      const known = entries.get(keyOf(usage));
      entries.set(keyOf(usage), known ? { ...usage, ...plus(known, usage) } : usage);
    },
    entries: () => [...entries.values()],
    isEmpty: () => entries.size === 0,
    clear: () => entries.clear(),
  };
}

/** A model counts as used lately for a day. */
export const RECENT_MS: DurationMs = 86_400_000;

/** The models of all entries whose hour ends after `since`, each once. */
export const modelsSince = (entries: Iterable<UsageEntry>, since: EpochMs): readonly string[] => [
  ...new Set([...entries].filter(({ hourAt }) => hourAt + HOUR_MS > since).map(({ model }) => model)),
];

/** Sums per account; `dayStart` is where today begins. */
export function sumUsage(entries: Iterable<UsageEntry>, dayStart: EpochMs): Map<AccountId, AccountUsage> {
  const sums = new Map<AccountId, AccountUsage>();
  for (const entry of entries) {
    const { today, total } = sums.get(entry.accountId) ?? { today: NO_USAGE, total: NO_USAGE };
    sums.set(entry.accountId, {
      today: entry.hourAt >= dayStart ? plus(today, entry) : today,
      total: plus(total, entry),
    });
  }
  return sums;
}
