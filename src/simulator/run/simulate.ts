import type { Policy } from "../../core/rotation/policy";
import type { StrategyName } from "../../core/rotation/strategies/name";
import type { StateStore } from "../../ports/state-store";
import { accountsOf, type SimulatedAccounts } from "./accounts";
import { allowedByScope } from "./allowed";
import { startCallers } from "./callers";
import { namedChance } from "./chance";
import { createDemand, modelsOf } from "./demand";
import { type Figures, figuresOf } from "./figures";
import { Ledger } from "./ledger";
import { createOracle } from "./oracle";
import { type Plan, startOf } from "./plan";
import { openSimulatedPool } from "./pool-service";
import type { Service } from "./service";
import { createSupply, type Supply } from "./supply";
import { createVirtualClock, type VirtualClock } from "./virtual-clock";

/** What a simulation needs of the world. */
export interface SimulatorParts {
  /** A new, empty state for each run. */
  createState(): StateStore;
  /** Resolves once no promise is left to run: a macrotask. */
  settled(): Promise<void>;
}

/** What a strategy made of a plan. */
export interface StrategyFigures extends Figures {
  readonly strategy: StrategyName;
}

/** One plan, answered by a client that knows everything and by the pool under each strategy. */
export interface Simulation {
  readonly plan: Plan;
  readonly accountCount: number;
  /** How many requests the quotas allow at most; null where something has no limit. */
  readonly allowedCount: number | null;
  readonly oracle: Figures;
  readonly strategies: readonly StrategyFigures[];
}

/** Runs a plan. The same plan and strategies give the same result. */
export async function simulate(
  plan: Plan,
  strategies: readonly StrategyName[],
  parts: SimulatorParts,
): Promise<Simulation> {
  const startsAt = startOf(plan);
  const accounts = accountsOf(plan, startsAt);
  const span = { startsAt, endsAt: startsAt + plan.durationSeconds * 1000 };
  const allowed = allowedByScope(plan, accounts, span);
  const known = await run(plan, parts, createOracle);
  const measures = { allowed, oracleServedCount: known.servedCount };
  const found: StrategyFigures[] = [];
  for (const strategy of strategies) {
    const ledger = await run(plan, parts, (world) => poolService(plan, world, parts, { strategy }));
    found.push({ strategy, ...figuresOf(ledger, measures) });
  }
  const sum = [...allowed.values()].reduce((total, each) => total + each, 0);
  return {
    plan,
    accountCount: accounts.all.length,
    allowedCount: sum < Number.POSITIVE_INFINITY ? sum : null,
    oracle: figuresOf(known, measures),
    strategies: found,
  };
}

interface World {
  readonly accounts: SimulatedAccounts;
  readonly supply: Supply;
  readonly clock: VirtualClock;
}

function poolService(plan: Plan, world: World, { createState }: SimulatorParts, policy: Policy): Service {
  const chance = namedChance(`${plan.seed ?? 1} pool`);
  const sizedBodies = plan.accounts.some(({ quotas = [] }) => quotas.some(({ tpm }) => tpm !== undefined));
  return openSimulatedPool({ ...world, chance, state: createState(), policy, models: modelsOf(plan), sizedBodies });
}

/** One client's run, from the first caller to the end of time. */
async function run(plan: Plan, { settled }: SimulatorParts, open: (world: World) => Service): Promise<Ledger> {
  const startsAt = startOf(plan);
  const endsAt = startsAt + plan.durationSeconds * 1000;
  const accounts = accountsOf(plan, startsAt);
  const clock = createVirtualClock(startsAt);
  const ledger = new Ledger();
  const supply = createSupply({ plan, accounts, startsAt, now: clock.now, events: ledger });
  const service = open({ accounts, supply, clock });
  const faults: unknown[] = [];
  const onFault = (error: unknown) => void faults.push(error);
  startCallers({ plan, demand: createDemand(plan), service, supply, clock, ledger, onFault });
  // The end is not part of it: whole milliseconds, so the last one is before.
  await clock.runUntil(endsAt - 1, settled);
  if (faults.length > 0) throw faults[0];
  supply.close(modelsOf(plan), endsAt);
  ledger.close(endsAt);
  return ledger;
}
