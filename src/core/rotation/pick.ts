import type { Account } from "../account";
import type { Because } from "./because";
import type { Candidate } from "./candidate";
import { type Criterion, type Narrowed, type PickContext, those } from "./criterion";
import { isLowEverywhere, lowQuota } from "./low-quota";
import { QUICK } from "./quick";
import { mostRested } from "./rested";
import { isOpen, isUnspent, stayer } from "./stay";
import { STRATEGIES } from "./strategies/table";

/** The choice and its reason. `position` is the candidate's. */
export interface Pick {
  readonly account: Account;
  readonly position: number;
  readonly because: Because;
}

/** Who is left in the race, in the order of the list, and what first told them from somebody. */
interface Race {
  readonly field: readonly Candidate[];
  readonly because?: Narrowed["because"];
}

/** Chooses one of `candidates`, or nothing where there is none. The same for the same numbers; linear in their number. */
export function pick(candidates: readonly Candidate[], context: PickContext): Pick | undefined {
  const home = stayer(candidates, context);
  return home ? picked(home, { kind: "bound" }) : choose(candidates, context);
}

/**
 * Those that are used up by our own count go last, whatever else speaks for them, and before them those that are by what
 * accounts alike can take. Yet only the best are asked whether they are: everybody is, where all of the best turn out to be.
 */
function choose(all: readonly Candidate[], context: PickContext): Pick | undefined {
  const best = race({ field: all }, QUICK, context);
  const open = those(best.field, isOpen);
  if (open.length > 0) return finish({ ...best, field: open }, all, context);
  for (const fits of [isOpen, isUnspent]) {
    const others = those(all, fits);
    if (others.length > 0) return finish(race({ field: others }, QUICK, context), all, context);
  }
  const last = finish(best, all, context);
  return last && { ...last, because: { kind: "last-resort" } };
}

function finish(start: Race, all: readonly Candidate[], context: PickContext): Pick | undefined {
  const taste = isLowEverywhere(start.field) ? lowQuota : STRATEGIES[context.strategy];
  const { field, because } = race(start, [taste, mostRested], context);
  const [winner] = field;
  return winner && picked(winner, because?.(winner) ?? undecided(start.field, all));
}

function race(start: Race, criteria: readonly Criterion[], context: PickContext): Race {
  let now = start;
  for (const criterion of criteria) {
    const next = criterion(now.field, context);
    if (next) now = { field: next.field, because: now.because ?? next.because };
  }
  return now;
}

/** Why, where no criterion made a difference. */
function undecided(field: readonly Candidate[], all: readonly Candidate[]): Because {
  if (field.length > 1) return { kind: "first" };
  return { kind: all.length > 1 ? "unspent" : "only" };
}

const picked = ({ account, position }: Candidate, because: Because): Pick => ({ account, position, because });
