import type { AccountId, EpochMs } from "../core/account";
import { isCooling } from "../core/cooldown";
import { healthFraction, medianLatencyMs } from "../core/health/fraction";
import type { QuotaStanding } from "../core/quota/standing";
import { windowsOf } from "../core/quota/windows";
import { isBroken } from "../core/rotation/affinity";
import type { Because } from "../core/rotation/because";
import { Candidate, type CandidateFacts } from "../core/rotation/candidate";
import type { PickContext } from "../core/rotation/criterion";
import { pick } from "../core/rotation/pick";
import type { Policy } from "../core/rotation/policy";
import { createRecentSessions } from "../core/rotation/recent";
import { staysAnyway } from "../core/rotation/stay";
import { type Binding, bindingOf } from "../core/state";
import type { Chance } from "../ports/world";
import type { Entrant } from "./lineup";
import type { Load } from "./load";
import type { Look } from "./look";

interface ChooserParts {
  readonly load: Load;
  readonly chance: Chance;
  readonly policy: () => Policy;
}

interface Chosen {
  readonly entrant: Entrant;
  readonly because: Because;
}

/** Picks one of those who can answer, and remembers what a choice needs to know of the last ones. */
export class Chooser {
  readonly #parts: ChooserParts;
  readonly #recent = createRecentSessions();
  #seededCount = 0;
  #lastPosition: number | undefined;

  constructor(parts: ChooserParts) {
    this.#parts = parts;
  }

  /** A conversation lives on that account since then. `isNew`: it had no home with that model before. */
  bound({ sessionId, accountId, boundAt }: Binding, isNew: boolean): void {
    this.#recent.bound(sessionId, accountId, boundAt);
    if (isNew) this.#seededCount += 1;
  }

  /** Nothing where nobody can answer. */
  choose(look: Look): Chosen | undefined {
    const context = this.#context(look);
    const facts = new Facts(look, this.#parts.load, () => this.#sessionCounts(look));
    return stay(look, facts, context) ?? this.#free(look, facts, context);
  }

  #free(look: Look, facts: Facts, context: PickContext): Chosen | undefined {
    const candidates: Candidate<Entrant>[] = [];
    look.entrants.forEach((entrant, position) => {
      if (look.canAnswer(entrant)) candidates.push(new Candidate(entrant, position, facts));
    });
    const picked = pick(candidates, context);
    const entrant = picked && look.entrants[picked.position];
    if (!entrant) return undefined;
    if (picked.because.kind !== "bound") this.#lastPosition = picked.position;
    return { entrant, because: picked.because };
  }

  #context({ wish, now, state }: Look): PickContext {
    const { load, chance, policy } = this.#parts;
    const { strategy = "expiring-first", tolerance = 0 } = policy();
    const { sessionId, parentSessionId: parentId } = wish.call;
    const waiting = sessionId === undefined ? undefined : load.sessions.get(sessionId);
    const binding = bindingOf(state, sessionId, wish.model);
    const broken = binding && isBroken(binding) ? binding.accountId : undefined;
    const home = broken === undefined ? binding : undefined;
    const bound = home ?? (waiting === undefined ? undefined : { accountId: waiting, lastAnswerAt: now });
    const parent =
      parentId === undefined
        ? undefined
        : (load.sessions.get(parentId) ?? bindingOf(state, parentId, wish.model)?.accountId);
    return {
      now,
      random: chance.random(),
      strategy,
      tolerance,
      ...(bound ? { bound } : {}),
      ...(broken === undefined ? {} : { brokenAccountId: broken }),
      ...(parent === undefined ? {} : { parentAccountId: parent }),
      ...(this.#lastPosition === undefined ? {} : { lastPosition: this.#lastPosition }),
    };
  }

  /** Other processes bind conversations too: all are looked through only where there are more than we know of. */
  #sessionCounts({ state, now }: Look): ReadonlyMap<AccountId, number> {
    if (state.bindings.size !== this.#seededCount) {
      this.#seededCount = state.bindings.size;
      this.#recent.seed(state.bindings.values(), now);
    }
    return this.#recent.counts(now, this.#parts.load.sessions);
  }
}

/** For most calls nobody but the account of the conversation needs to be looked at. */
function stay(look: Look, facts: Facts, context: PickContext): Chosen | undefined {
  if (!context.bound) return undefined;
  const position = look.entrants.findIndex(({ account }) => account.id === context.bound?.accountId);
  const entrant = look.entrants[position];
  if (!entrant || !look.canAnswer(entrant)) return undefined;
  const candidate = new Candidate(entrant, position, facts);
  return staysAnyway(candidate, context) ? { entrant, because: { kind: "bound" } } : undefined;
}

/** Accounts, quota scopes and backends that pause somewhere. */
function coolingIn({ state, now }: Look): ReadonlySet<string> {
  const owners = new Set<string>();
  for (const cooldown of state.cooldowns.values()) {
    if (!isCooling(cooldown, now)) continue;
    const { scope } = cooldown;
    if (scope.kind === "account") owners.add(scope.accountId);
    else owners.add(scope.kind === "quota" ? scope.quotaScope : scope.backend);
  }
  return owners;
}

/** What a choice looks at, found when it is asked for. */
class Facts implements CandidateFacts<Entrant> {
  readonly #look: Look;
  readonly #load: Load;
  readonly #countSessions: () => ReadonlyMap<AccountId, number>;
  #sessions: ReadonlyMap<AccountId, number> | undefined;
  #cooling: ReadonlySet<string> | undefined;
  #median: { readonly ms: number | undefined } | undefined;

  constructor(look: Look, load: Load, countSessions: () => ReadonlyMap<AccountId, number>) {
    this.#look = look;
    this.#load = load;
    this.#countSessions = countSessions;
  }

  inFlightCount({ account }: Entrant): number {
    return this.#load.countEverywhere(account.id);
  }

  lastUsedAt({ account }: Entrant): EpochMs {
    return this.#look.state.health.get(account.id)?.lastUsedAt ?? 0;
  }

  recentSessionCount({ account }: Entrant): number {
    this.#sessions ??= this.#countSessions();
    return this.#sessions.get(account.id) ?? 0;
  }

  standing({ place }: Entrant): QuotaStanding {
    return this.#look.standing(place);
  }

  /** For any model: who is out somewhere is not at his best. */
  #isCooling({ account, place }: Entrant): boolean {
    this.#cooling ??= coolingIn(this.#look);
    return this.#cooling.has(account.id) || this.#cooling.has(place.quotaScope) || this.#cooling.has(account.backend);
  }

  health(entrant: Entrant): number {
    const { state, now } = this.#look;
    this.#median ??= { ms: medianLatencyMs(state) };
    return healthFraction({
      health: state.health.get(entrant.account.id),
      quotas: windowsOf(entrant.place, state.quotas, now),
      cooling: this.#isCooling(entrant),
      now,
      medianLatencyMs: this.#median.ms,
    });
  }
}
