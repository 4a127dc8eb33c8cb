import type { EpochMs } from "../core/account";
import type { CaseBuilder } from "./cases/case";
import { capacityRefusal } from "./cases/code-assist-quota";
import { quotaRefusal } from "./cases/gemini-quota";
import { type LimitFacts, limitFacts, wholeSeconds } from "./limit-facts";
import { limitNames } from "./limit-names";
import type { Reached } from "./quota-counter";
import { isSeat, type ScenarioAccount } from "./scenario";
import { projectRule, type World } from "./world";

/** How a limit is refused that was really reached. */
export interface LimitRefusal {
  readonly name: LimitFacts["name"];
  readonly build: CaseBuilder;
}

interface RefuseOptions {
  readonly account: ScenarioAccount;
  readonly model: string;
  readonly reached: readonly Reached[];
  readonly now: EpochMs;
}

/** The refusal of reached limits in the words of the account's backend, with the times as they are. */
export function refuseLimits(world: World, { account, model, reached, now }: RefuseOptions): LimitRefusal | undefined {
  const facts = limitFacts(reached, now);
  if (facts === undefined) return undefined;
  const { name, decisive, waitMs } = facts;
  if (!isSeat(account)) return { name, build: projectRefusal(world, { account, model, facts }) };
  const reason = decisive.window === "minute" ? "RATE_LIMIT_EXCEEDED" : "QUOTA_EXHAUSTED";
  return { name, build: capacityRefusal({ reason, seconds: waitMs / 1000 }) };
}

interface ProjectRefusal {
  readonly account: ScenarioAccount;
  readonly model: string;
  readonly facts: LimitFacts;
}

function projectRefusal(world: World, { account, model, facts }: ProjectRefusal): CaseBuilder {
  const { reached, decisive, waitMs } = facts;
  const tier = projectRule(world, account).tier ?? "free";
  const violations = reached.map((one) => ({ ...limitNames(tier, one), limit: one.limit }));
  const stated = decisive.window === "day" ? world.scenario.dayRetrySeconds : undefined;
  return quotaRefusal({
    model,
    violations,
    seconds: stated ?? waitMs / 1000,
    retrySeconds: stated === undefined ? wholeSeconds(waitMs) : Math.ceil(stated),
    namesModel: true,
  });
}
