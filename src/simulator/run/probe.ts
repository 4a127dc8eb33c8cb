import type { DurationMs } from "../../core/account";
import type { ProbedQuota } from "../../core/quota/record";
import type { QuotaProbe } from "../../ports/upstream";
import type { Clock } from "../../ports/world";
import type { SimulatedAccounts } from "./accounts";
import { countedAs, type Supply } from "./supply";

const NETWORK_MS: DurationMs = 40;

interface ProbeParts {
  readonly accounts: SimulatedAccounts;
  readonly supply: Supply;
  readonly clock: Clock;
  readonly models: readonly string[];
}

/** Tells what is left of a person's quotas, as Code Assist does: per kind of model, true at the moment of asking. Keys have no such thing. */
export function createSimulatedProbe({ accounts, supply, clock, models }: ProbeParts): QuotaProbe {
  return {
    async probe({ id }, _access, signal) {
      const account = accounts.byId.get(id);
      if (account?.backend !== "code-assist") return [];
      const readings = new Map<string, ProbedQuota>();
      for (const model of models) {
        const group = countedAs(account.backend, model);
        const { limit, used, resetAt } = supply.left(account, model);
        if (limit === undefined) continue;
        const remainingCount = Math.max(0, limit - used);
        readings.set(group, {
          group,
          remainingFraction: limit > 0 ? remainingCount / limit : 0,
          remainingCount,
          resetAt,
        });
      }
      await clock.sleep(NETWORK_MS, signal);
      return [...readings.values()];
    },
  };
}
