import type { EpochMs } from "../core/account";
import type { CaseBuilder } from "./cases/case";
import { capacityRefusal } from "./cases/code-assist-quota";
import { GEMINI_LIMITS, quotaRefusal } from "./cases/gemini-quota";
import type { Reached } from "./quota";
import { isKeyAccount, type ScenarioAccount } from "./scenario";
import { projectRule, type World } from "./world";

/** How a limit is refused that was really reached. */
export interface LimitRefusal {
  readonly name: "quota-minute" | "quota-day";
  readonly build: CaseBuilder;
}

interface RefuseOptions {
  readonly account: ScenarioAccount;
  readonly model: string;
  readonly reached: readonly Reached[];
  readonly now: EpochMs;
}

/** The refusal of reached limits in the words of the account's backend, with the times as they are. */
export function refuseLimits(world: World, options: RefuseOptions): LimitRefusal | undefined {
  const { account, reached, now } = options;
  const last = reached.reduce<Reached | undefined>(
    (longest, one) => (longest && longest.freeAt >= one.freeAt ? longest : one),
    undefined,
  );
  if (last === undefined) return undefined;
  const seconds = Math.max(0.001, (last.freeAt - now) / 1000);
  const name = reached.some(({ window }) => window === "day") ? "quota-day" : "quota-minute";
  if (!isKeyAccount(account))
    return {
      name,
      build: capacityRefusal({ reason: name === "quota-day" ? "QUOTA_EXHAUSTED" : "RATE_LIMIT_EXCEEDED", seconds }),
    };
  return { name, build: projectRefusal(world, options, seconds) };
}

/** RetryInfo is whole seconds, rounded up: who waits that long is let in. */
function projectRefusal(world: World, { account, model, reached }: RefuseOptions, seconds: number): CaseBuilder {
  const paid = projectRule(world, account).tier === "paid";
  const limits = paid
    ? { minute: GEMINI_LIMITS.paidMinute, day: GEMINI_LIMITS.paidDay }
    : { minute: GEMINI_LIMITS.freeMinute, day: GEMINI_LIMITS.freeDay };
  const violations = reached.map(({ window, limit }) => ({ ...limits[window], limit }));
  const stated = reached.some(({ window }) => window === "day") ? world.scenario.dayRetrySeconds : undefined;
  return quotaRefusal({
    model,
    violations,
    seconds: stated ?? seconds,
    retrySeconds: Math.ceil(stated ?? seconds),
    namesModel: true,
  });
}
