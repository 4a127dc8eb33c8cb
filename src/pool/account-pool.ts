import type { Account, AccountId, BackendName, EpochMs } from "../core/account";
import type { CallTraits } from "../core/call";
import { advance } from "../core/health/advance";
import type { Outcome } from "../core/outcome";
import type { Refusal } from "../core/refusal";
import { nextBinding, recentSessions } from "../core/rotation/affinity";
import { type Availability, assess } from "../core/rotation/assess";
import { type Pick, pick } from "../core/rotation/pick";
import { type Assessed, nextBackAt, refusalOf } from "../core/rotation/refuse";
import { type QuotaScope, quotaScopeOf } from "../core/scope";
import type { Binding, StateChange } from "../core/state";
import { usageOf } from "../core/usage";
import type { AccountEntry, AccountSource } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Clock, EventSink } from "../ports/world";
import { InFlight } from "./in-flight";
import { createLease, type Lease } from "./lease";

/** What the pool is made of. `serves`: whether a backend is built in and can do what is asked. */
export interface PoolParts {
  readonly source: AccountSource;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly serves: (backend: BackendName, call: CallTraits) => boolean;
}

/** What one request asks of the pool. */
export interface Wish {
  readonly call: CallTraits;
  readonly model: string;
  /** Quota scopes and accounts that have refused it and that it must not meet again. */
  readonly left: ReadonlySet<QuotaScope | AccountId>;
  /** Only this backend will do. */
  readonly backend?: BackendName;
}

/** A lease, or why nobody can answer. `backAt` is set where an account comes back by itself. */
export type Acquired =
  | { readonly kind: "leased"; readonly lease: Lease }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly backAt: EpochMs | undefined };

/** All accounts of a user as one: knows who can answer, picks, and learns from every outcome. One per process. */
export class AccountPool {
  readonly #parts: PoolParts;
  readonly #inFlight = new InFlight();

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /** Picks an account and counts it as in flight until the lease is released. Never waits. */
  acquire(wish: Wish): Acquired {
    const entries = this.#usable(wish);
    const binding = this.#binding(wish);
    const chosen = this.#choose(wish, entries, binding);
    const entry = chosen && entries.find(({ account }) => account.id === chosen.account.id);
    if (entry) return { kind: "leased", lease: this.#lease(entry, wish, binding, chosen.because) };
    const assessed = this.#assessAll(wish);
    return { kind: "refused", refusal: refusalOf(assessed, wish.model), backAt: nextBackAt(assessed) };
  }

  /** Whether a quota scope outside `wish.left` could take the call now. */
  othersUsable(wish: Wish): boolean {
    return this.#usable(wish).length > 0;
  }

  /** Calls of this process that are out on an account. */
  inFlight(id: AccountId): number {
    return this.#inFlight.count(id);
  }

  #entries({ backend }: Wish): readonly AccountEntry[] {
    const { entries } = this.#parts.source.current();
    return backend === undefined ? entries : entries.filter(({ account }) => account.backend === backend);
  }

  #assess(account: Account, { model, call }: Wish): Availability {
    const { state, serves, clock } = this.#parts;
    return assess(account, model, state.current(), serves(account.backend, call), clock.now());
  }

  #assessAll(wish: Wish): readonly Assessed[] {
    return this.#entries(wish).map(({ account }) => ({
      account,
      is: this.#assess(account, wish),
      left: isLeft(wish, account),
    }));
  }

  #usable(wish: Wish): readonly AccountEntry[] {
    return this.#entries(wish).filter(
      ({ account }) => !isLeft(wish, account) && this.#assess(account, wish).kind === "available",
    );
  }

  #binding({ call: { sessionId } }: Wish): Binding | undefined {
    return sessionId === undefined ? undefined : this.#parts.state.current().bindings.get(sessionId);
  }

  #choose(wish: Wish, entries: readonly AccountEntry[], binding: Binding | undefined): Pick | undefined {
    const now = this.#parts.clock.now();
    const { bindings, health } = this.#parts.state.current();
    const { sessionId, parentSessionId } = wish.call;
    const waiting = sessionId === undefined ? undefined : this.#inFlight.sessions.get(sessionId);
    const bound = waiting === undefined ? binding : { accountId: waiting, lastAnswerAt: now };
    const parentAccountId =
      parentSessionId === undefined
        ? undefined
        : (this.#inFlight.sessions.get(parentSessionId) ?? bindings.get(parentSessionId)?.accountId);
    const recent =
      bound || entries.length < 2 ? undefined : recentSessions(bindings.values(), this.#inFlight.sessions, now);
    const candidates = entries.map(({ account }) => ({
      account,
      inFlightCount: this.#inFlight.count(account.id),
      lastUsedAt: health.get(account.id)?.lastUsedAt ?? 0,
      recentSessionCount: recent?.get(account.id) ?? 0,
    }));
    const context = { now, ...(bound ? { bound } : {}), ...(parentAccountId === undefined ? {} : { parentAccountId }) };
    return pick(candidates, context);
  }

  #lease(entry: AccountEntry, wish: Wish, binding: Binding | undefined, because: string): Lease {
    const { state, clock, events } = this.#parts;
    const { account } = entry;
    const { sessionId, parentSessionId } = wish.call;
    const startedAt = clock.now();
    events.emit({ type: "account.picked", at: startedAt, accountId: account.id, model: wish.model, because });
    return createLease({
      entry,
      because,
      onBoundAccount: binding?.accountId === account.id,
      foreignHistory: binding?.accountId !== account.id || binding.movedCount > 0,
      onAnswered: (repaired) => {
        if (sessionId === undefined) return;
        const to = { sessionId, parentSessionId, accountId: account.id, now: clock.now(), repaired };
        state.apply([{ type: "binding.set", binding: nextBinding(this.#binding(wish), to) }]);
      },
      onLearn: (outcome) => this.#learn(account, wish, outcome, startedAt),
      onRelease: this.#inFlight.hold(account.id, sessionId),
    });
  }

  #learn(account: Account, wish: Wish, outcome: Outcome, startedAt: EpochMs): void {
    const { state, clock } = this.#parts;
    const now = clock.now();
    const scope = quotaScopeOf(account);
    const siblings = this.#parts.source
      .current()
      .entries.flatMap(({ account: other }) =>
        other.id !== account.id && quotaScopeOf(other) === scope ? [other] : [],
      );
    const lesson = { account, model: wish.model, outcome, startedAt, siblings };
    const changes = advance(state.current(), lesson, now);
    state.apply([...changes, ...usageOf(account.id, wish.model, outcome, now)]);
    this.#tell(account, changes, outcome, now);
  }

  #tell(account: Account, changes: readonly StateChange[], outcome: Outcome, now: EpochMs): void {
    const { events } = this.#parts;
    const status = "status" in outcome ? outcome.status : 200;
    events.emit({ type: "attempt.settled", at: now, accountId: account.id, outcome: outcome.kind, status });
    for (const change of changes) {
      if (change.type === "cooldown.set") events.emit({ type: "account.cooled", at: now, cooldown: change.cooldown });
      if (change.type === "account.parked" && change.parked.accountId === account.id) {
        const { state, sentence, url } = change.parked;
        const where = url === undefined ? {} : { url };
        const who = { accountId: account.id, label: account.label };
        events.emit({ type: "account.parked", at: now, ...who, state, sentence, ...where });
      }
    }
  }
}

const isLeft = ({ left }: Wish, account: Account): boolean =>
  left.size > 0 && (left.has(account.id) || left.has(quotaScopeOf(account)));
