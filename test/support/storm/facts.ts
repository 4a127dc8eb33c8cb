import type { AccountId } from "../../../src/core/account";
import { scopeKey } from "../../../src/core/scope";
import { bindingKey, type PoolState, type StateChange } from "../../../src/core/state";
import type { StateStore } from "../../../src/ports/state-store";
import type { Chance, Clock } from "../../../src/ports/world";
import { aBinding, aCooldown, aHealth, aParked, aUsage } from "../builders";
import type { Entry } from "./journal";
import { MODEL, recordOf, scopeOf, sessionOf } from "./sight";

interface Parts {
  readonly state: StateStore;
  readonly chance: Chance;
  readonly clock: Clock;
  readonly write: (entry: Entry) => void;
  /** Never the same moment twice, in any process. */
  readonly moment: () => number;
  readonly ids: readonly AccountId[];
  /** Counts the steps: whether a step is on disk is seen by this account's counter. */
  readonly counterId: AccountId;
}

const HOUR = 3_600_000;
/** In turn everything is learnt, and only what is not urgent and may wait to be written. */
const PHASE_MS = 1_500;
/** Coalesced writes come within 250 ms: whoever is that late twice over has forgotten. */
const OVERDUE_MS = 600;

interface Lesson {
  readonly change: StateChange;
  readonly urgent: boolean;
}

/** Random changes of what the pool knows, as requests make them. */
export class FactsStorm {
  readonly #parts: Parts;
  #isWatched = false;
  /** Live: it changes with every `apply`. */
  #view: PoolState | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  step(): void {
    const { state, chance, ids, moment, write, counterId } = this.#parts;
    const id = ids[Math.floor(chance.random() * ids.length)] ?? "";
    const at = moment();
    const lesson = this.#lesson(id, at);
    const counted = { type: "usage.added", usage: this.#usage(counterId, at) } as const;
    const changes = lesson ? [lesson.change, counted] : [counted];
    write({ kind: "apply", at, changes, urgent: lesson?.urgent ?? false });
    state.apply(changes);
    write({ kind: "applied" });
    this.#watch(at);
  }

  #watch(since: number): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    this.#parts.clock.after(OVERDUE_MS, () => {
      this.#isWatched = false;
      this.#parts.write({ kind: "overdue", since });
    });
  }

  #usage(accountId: AccountId, at: number) {
    return aUsage({ accountId, model: MODEL, hourAt: Math.floor(at / HOUR) * HOUR });
  }

  /** Nothing where there is nothing to lift. */
  #lesson(id: AccountId, at: number): Lesson | undefined {
    const { chance } = this.#parts;
    const known = this.#known();
    const isQuiet = Math.floor(at / PHASE_MS) % 2 === 0;
    const draw = Math.floor(isQuiet ? 5 + chance.random() * 3 : chance.random() * 8);
    const until = at + HOUR + chance.random() * HOUR;
    switch (draw) {
      case 0: {
        const cooldown = aCooldown({ scope: scopeOf(id), since: at, until });
        return {
          change: { type: "cooldown.set", cooldown },
          urgent: isNewer(at, known.cooldowns.get(keyOf(id))?.since),
        };
      }
      case 1:
        return isOlder(known.cooldowns.get(keyOf(id))?.since, at)
          ? { change: { type: "cooldown.lifted", key: keyOf(id), at }, urgent: true }
          : undefined;
      case 2: {
        const parked = aParked({ accountId: id, since: at });
        return { change: { type: "account.parked", parked }, urgent: isNewer(at, known.parked.get(id)?.since) };
      }
      case 3:
        return isOlder(known.parked.get(id)?.since, at)
          ? { change: { type: "account.unparked", accountId: id, at }, urgent: true }
          : undefined;
      case 4:
        return this.#binding(id, at, known);
      case 5:
        return later({ type: "health.set", health: aHealth({ accountId: id, updatedAt: at, lastUsedAt: at }) });
      case 6:
        return later({ type: "quota.learnt", record: recordOf(id, at, chance.random()) });
      default:
        return later({ type: "usage.added", usage: this.#usage(id, at) });
    }
  }

  /** Mostly without a look at what others wrote: a request learns long after its pick. */
  #known(): PoolState {
    const { state, chance } = this.#parts;
    if (this.#view === undefined || chance.random() < 0.3) this.#view = state.current();
    return this.#view;
  }

  /** A new home is urgent, another answer from the same one is not. */
  #binding(id: AccountId, at: number, known: PoolState): Lesson {
    const { chance } = this.#parts;
    const accountId = `home-${Math.floor(chance.random() * 2)}`;
    const sessionId = sessionOf(id);
    const isMixed = chance.random() < 0.02;
    const before = known.bindings.get(bindingKey(sessionId, MODEL));
    const binding = aBinding({ sessionId, model: MODEL, accountId, boundAt: at, lastAnswerAt: at, isMixed });
    const urgent = before?.accountId !== accountId && isNewer(at, before?.lastAnswerAt);
    return { change: { type: "binding.set", binding }, urgent };
  }
}

const keyOf = (id: AccountId): string => scopeKey(scopeOf(id));

/** Only what is newer than all that is known has an effect for sure: another process's clock may be a moment ahead. */
const isNewer = (at: number, known: number | undefined): boolean => known === undefined || known < at;

const isOlder = (known: number | undefined, at: number): boolean => known !== undefined && known < at;

const later = (change: StateChange): Lesson => ({ change, urgent: false });
