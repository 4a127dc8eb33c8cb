import type { AccountState, PoolSnapshot } from "../core/snapshot";

/** What is left of one model group over all quotas that are known; two keys of one project count once. */
export interface GroupQuota {
  readonly group: string;
  /** The mean, 0..1. */
  readonly remainingFraction: number;
  /** How many quotas are known, of how many that count this group. */
  readonly count: number;
  readonly of: number;
}

/** The groups of one generation of models, e.g. "Gemini 2.5". */
export interface FamilyQuotas {
  readonly family: string;
  readonly groups: readonly GroupQuota[];
}

/** Nobody spends what is left of these. */
const OUT: ReadonlySet<AccountState> = new Set<AccountState>(["parked", "disabled"]);

/** What is left in the whole pool for those that can be asked, newest models first. Empty while no quota is known. */
export function poolQuotas({ accounts: all, at }: PoolSnapshot): readonly FamilyQuotas[] {
  const accounts = all.filter(({ state }) => !OUT.has(state));
  const known = new Map<string, Map<string, number>>();
  for (const { quotaScope, quotas } of accounts) {
    for (const { group, remainingFraction, resetAt } of quotas) {
      const scopes = known.get(group) ?? new Map<string, number>();
      const left = resetAt !== undefined && resetAt <= at ? 1 : remainingFraction;
      // Of requests and tokens the scarcer one counts.
      scopes.set(quotaScope, Math.min(left, scopes.get(quotaScope) ?? 1));
      known.set(group, scopes);
    }
  }
  const groups = [...known].map(([group, scopes]) => ({
    group,
    remainingFraction: mean([...scopes.values()]),
    count: scopes.size,
    of: scopesLike(scopes, accounts),
  }));
  return byFamily(groups);
}

/** Quotas of the backends that some of the known ones are of: those of another backend count by other names. */
function scopesLike(known: ReadonlyMap<string, number>, accounts: PoolSnapshot["accounts"]): number {
  const backends = new Set(accounts.filter(({ quotaScope }) => known.has(quotaScope)).map(({ backend }) => backend));
  return new Set(accounts.filter(({ backend }) => backends.has(backend)).map(({ quotaScope }) => quotaScope)).size;
}

function byFamily(groups: readonly GroupQuota[]): readonly FamilyQuotas[] {
  const families = new Map<number, GroupQuota[]>();
  for (const each of groups) {
    const version = versionOf(each.group);
    families.set(version, [...(families.get(version) ?? []), each]);
  }
  return [...families]
    .sort(([a], [b]) => b - a)
    .map(([version, found]) => ({
      family: version < 0 ? "Other models" : `Gemini ${version}`,
      groups: found.sort((a, b) => (a.group < b.group ? -1 : 1)),
    }));
}

/** 2.5 of "gemini-2.5-pro"; -1 where the name has none. */
const versionOf = (group: string): number => Number(/^gemini-(\d+(?:\.\d+)?)/.exec(group)?.[1] ?? -1);

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
