import type { DurationMs, EpochMs } from "../../core/account";
import type { Failure } from "../../core/outcome";
import { modelGroup } from "../../core/scope";
import type { EndedWindow } from "../fixed-window";
import { limitFacts } from "../limit-facts";
import { outageAt } from "../outages";
import { createMeter, type QuotaMeter } from "../quota";
import type { QuotaCounter, QuotaLeft, Reached } from "../quota-counter";
import type { SimulatedAccount, SimulatedAccounts } from "./accounts";
import { limitOutcome, OUTAGE_OUTCOMES } from "./outcomes";
import type { Plan, PlannedBackend, PlannedOutage } from "./plan";

/** A call as Google sees it. */
export interface Asked {
  readonly account: SimulatedAccount;
  readonly model: string;
  readonly inputTokens: number;
}

/** A call that Google refused for quota. `toldAt`: when the caller hears of it. */
export interface LimitedCall {
  readonly windowKey: string;
  readonly isMinute: boolean;
  readonly at: EpochMs;
  readonly toldAt: EpochMs;
}

/** What Google does, for whoever counts it. */
export interface SupplyEvents {
  served(asked: Asked): void;
  /** Refused because limits were reached. `windowKey` names the decisive one; a sliding minute has no end that could name it. */
  limited(refused: LimitedCall): void;
  failed(asked: Asked): void;
  ended(window: EndedWindow): void;
}

/** Google's side: quotas and outages under one clock. */
export interface Supply {
  /** Answers a call at this moment: nothing where it is served, which spends quota, else what the pool would read. */
  judge(asked: Asked & { readonly networkMs: DurationMs }): Failure | undefined;
  /** When this account could answer; now where it can. */
  freeAt(asked: Asked): EpochMs;
  /** Whether some account could answer now. */
  hasRoom(wish: Omit<Asked, "account">): boolean;
  /** What is left of an account for a model: the scarcest window of hours. */
  left(account: SimulatedAccount, model: string): QuotaLeft;
  /** Ends the windows that are over `at` the end, also those that nobody has touched. */
  close(models: readonly string[], at: EpochMs): void;
}

interface SupplyParts {
  readonly plan: Plan;
  readonly accounts: SimulatedAccounts;
  readonly startsAt: EpochMs;
  readonly now: () => EpochMs;
  readonly events: SupplyEvents;
}

/** What calls are counted as. */
export const countedAs = (backend: PlannedBackend, model: string): string => modelGroup({ backend }, model);

export function createSupply({ plan, accounts, startsAt, now, events }: SupplyParts): Supply {
  const { outages = [], dayRetrySeconds } = plan;
  const counterOf = createCounters(accounts, startsAt, (ended) => events.ended(ended));

  const outageOf = ({ account: { backend, label }, model }: Asked): PlannedOutage | undefined =>
    outages.length === 0 ? undefined : outageAt(outages, { backend, model, account: label }, now() - startsAt);

  function judge(asked: Asked & { readonly networkMs: DurationMs }): Failure | undefined {
    const { account, model, inputTokens, networkMs } = asked;
    const { backend, tier, scope } = account;
    const outage = outageOf(asked);
    if (outage) {
      events.failed(asked);
      return OUTAGE_OUTCOMES[outage.answer];
    }
    const at = now();
    const counter = counterOf(account, model);
    const facts = limitFacts(counter.reached(inputTokens, at), at);
    if (!facts) {
      counter.spend(inputTokens, at);
      events.served(asked);
      return undefined;
    }
    const isMinute = facts.decisive.window === "minute";
    const windowKey = windowName(`${scope} ${countedAs(backend, model)}`, facts.decisive);
    events.limited({ windowKey, isMinute, at, toldAt: at + networkMs });
    return limitOutcome(facts, { backend, tier, now: at, dayRetrySeconds });
  }

  function freeAt(asked: Asked): EpochMs {
    const outage = outageOf(asked);
    if (outage) return startsAt + outage.toSeconds * 1000;
    const reached = counterOf(asked.account, asked.model).reached(asked.inputTokens, now());
    return reached.reduce((latest, one) => Math.max(latest, one.freeAt), now());
  }

  return {
    judge,
    freeAt,
    hasRoom: ({ model, inputTokens }) =>
      accounts.all.some((account) => freeAt({ account, model, inputTokens }) <= now()),
    left: (account, model) => counterOf(account, model).left(now()),
    close(models, at) {
      for (const account of accounts.all) for (const model of models) counterOf(account, model).left(at);
    },
  };
}

/** A sliding minute has no end that could name it, and the window of a limit of 0 never begins. */
function windowName(owner: string, { window, meter, limit, freeAt }: Reached): string {
  const name = `${owner} ${meter} ${window}`;
  return window === "minute" || limit === 0 ? name : `${name} ${freeAt}`;
}

type CounterOf = (account: SimulatedAccount, model: string) => QuotaCounter;

/** Counters by account and model; accounts of one scope and models of one group have the same. */
function createCounters(
  { rules }: SimulatedAccounts,
  startsAt: EpochMs,
  onEnd: (ended: EndedWindow) => void,
): CounterOf {
  const rulesOf = (scope: string) => rules.get(scope) ?? [];
  const meters: Readonly<Record<PlannedBackend, QuotaMeter>> = {
    "gemini-api": createMeter({ rulesOf, day: "pacific", startsAt, onEnd }),
    "code-assist": createMeter({ rulesOf, day: "from-first", startsAt, onEnd }),
  };
  const known = new Map<SimulatedAccount, Map<string, QuotaCounter>>();
  return (account, model) => {
    const counters = known.get(account) ?? new Map<string, QuotaCounter>();
    known.set(account, counters);
    const counter = counters.get(model) ?? meters[account.backend].of(account.scope, countedAs(account.backend, model));
    counters.set(model, counter);
    return counter;
  };
}
