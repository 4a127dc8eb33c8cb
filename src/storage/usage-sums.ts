import type { AccountId, DurationMs, EpochMs } from "../core/account";
import type { UsageCounts, UsageEntry } from "../core/state";
import { NO_USAGE, plusUsage } from "../core/usage";
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
      entries.set(keyOf(usage), known ? { ...usage, ...plusUsage(known, usage) } : usage);
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

/** The entries of the hours since `from`. */
export const since = (entries: readonly UsageEntry[], from: EpochMs): readonly UsageEntry[] =>
  entries.filter(({ hourAt }) => hourAt >= from);

/** The entries with no hour of their own. */
export const totalsOf = (entries: readonly UsageEntry[]): readonly UsageEntry[] =>
  entries.map((entry) => ({ ...entry, hourAt: 0 }));

/** Sums per account of what was counted today and of what was counted at all. */
export function sumUsage(today: Iterable<UsageEntry>, total: Iterable<UsageEntry>): Map<AccountId, AccountUsage> {
  const sums = new Map<AccountId, AccountUsage>();
  const sumsOf = (id: AccountId): AccountUsage => sums.get(id) ?? { today: NO_USAGE, total: NO_USAGE };
  for (const entry of total) {
    const known = sumsOf(entry.accountId);
    sums.set(entry.accountId, { ...known, total: plusUsage(known.total, entry) });
  }
  for (const entry of today) {
    const known = sumsOf(entry.accountId);
    sums.set(entry.accountId, { ...known, today: plusUsage(known.today, entry) });
  }
  return sums;
}
