import type { AccountId, EpochMs } from "../account";
import { type Cooldown, isCooling } from "../cooldown";
import { isUnlabelled, linkKey } from "../identity";
import { isSpent } from "../reasons";
import { scopeKey } from "../scope";
import type { PoolState, StateChange } from "../state";
import { quotaOf } from "./pause";
import type { Answering, Settlement } from "./settlement";

/** The cooldowns that a refusal for quota brings the keys which seem to share its project. */
export function benchedTogether(
  { links }: PoolState,
  { account, model, accounts }: Settlement,
  cooldown: Cooldown,
): readonly Cooldown[] {
  if (links.size === 0 || !isSpent(cooldown.reason) || !isUnlabelled(account)) return [];
  const ids = partnersOf(account.id, links, cooldown.since);
  if (ids.size === 0) return [];
  const { quotaId: _own, wasUnused: _first, ...shared } = cooldown;
  return accounts()
    .filter((other) => ids.has(other.id) && isUnlabelled(other))
    .map((other) => ({ ...shared, scope: quotaOf(other, model), sharedWith: account.id }));
}

function partnersOf(id: AccountId, links: PoolState["links"], now: EpochMs): ReadonlySet<AccountId> {
  const ids = new Set<AccountId>();
  for (const { a, b, until } of links.values()) {
    if (until > now && (a === id || b === id)) ids.add(a === id ? b : a);
  }
  return ids;
}

/**
 * What a success tells of those who seem to share the project: who rests only for this account's sake may go on, and who was
 * refused himself, before this call began, has a project of his own.
 */
export function proved(
  { links, cooldowns }: PoolState,
  { account, model, startedAt, accounts }: Answering,
  now: EpochMs,
): readonly StateChange[] {
  if (links.size === 0) return [];
  const ids = partnersOf(account.id, links, now);
  if (ids.size === 0) return [];
  return accounts().flatMap((other): readonly StateChange[] => {
    if (!ids.has(other.id)) return [];
    const key = scopeKey(quotaOf(other, model));
    const theirs = cooldowns.get(key);
    if (!isCooling(theirs, now) || theirs.since > startedAt || !isSpent(theirs.reason)) return [];
    if (theirs.sharedWith === account.id) return [{ type: "cooldown.lifted", key, at: now }];
    return theirs.sharedWith === undefined
      ? [{ type: "link.dissolved", key: linkKey(account.id, other.id), at: now }]
      : [];
  });
}
