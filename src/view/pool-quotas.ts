import type { PoolSnapshot } from "../core/snapshot";

/** What is left of one model group over all quotas that are known; two keys of one project count once. */
export interface GroupQuota {
  readonly group: string;
  /** The mean, 0..1. */
  readonly remainingFraction: number;
  readonly count: number;
}

/** The groups of one generation of models, e.g. "Gemini 2.5". */
export interface FamilyQuotas {
  readonly family: string;
  readonly groups: readonly GroupQuota[];
}

/** What is left in the whole pool, newest models first. Empty while no quota is known. */
export function poolQuotas({ accounts, at }: PoolSnapshot): readonly FamilyQuotas[] {
  const known = new Map<string, Map<string, number>>();
  for (const { quotaScope, quotas } of accounts) {
    for (const { group, remainingFraction, resetAt } of quotas) {
      const scopes = known.get(group) ?? new Map<string, number>();
      scopes.set(quotaScope, resetAt !== undefined && resetAt <= at ? 1 : remainingFraction);
      known.set(group, scopes);
    }
  }
  const groups = [...known].map(([group, scopes]) => ({
    group,
    remainingFraction: mean([...scopes.values()]),
    count: scopes.size,
  }));
  return byFamily(groups);
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
