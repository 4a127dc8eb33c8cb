import type { Finding } from "../core/finding";
import type { AccountSnapshot, PoolSnapshot } from "../core/snapshot";

/**
 * The project in `gemini-api/side-1`, `gemini-api/projects/123456` (as Google names it) or `vertex/prod-9/global`; the
 * scope of a login names a person, which is not shown.
 */
function projectOf({ backend, quotaScope }: AccountSnapshot): string | undefined {
  if (backend === "code-assist") return undefined;
  const place = quotaScope.slice(quotaScope.indexOf("/") + 1);
  const project = backend === "vertex" ? place.slice(0, place.lastIndexOf("/")) : place;
  return project.replace(/^projects\//, "");
}

/** Accounts that spend one quota: more of them give no more of it. */
export function sharedQuotas({ accounts }: PoolSnapshot): readonly Finding[] {
  const byScope = Map.groupBy(accounts, ({ quotaScope }) => quotaScope);
  return [...byScope.values()].flatMap((sharers): Finding[] => {
    const [first] = sharers;
    if (!first || sharers.length < 2) return [];
    const labels = sharers.map(({ label }) => label);
    return [{ kind: "shared-quota", backend: first.backend, name: projectOf(first), labels }];
  });
}
