import type { Account, AccountId, BackendName, EpochMs } from "../core/account";
import type { CallMethod, CallTraits } from "../core/call";
import { type BusyPlace, busyCooldown, wasBusy } from "../core/health/busy";
import type { Failure } from "../core/outcome";
import type { Refusal } from "../core/refusal";
import { nextBinding, recentSessions } from "../core/rotation/affinity";
import { type Availability, assess } from "../core/rotation/assess";
import { type Candidate, type PickContext, pick } from "../core/rotation/pick";
import { type Assessed, nextBackAt, refusalOf } from "../core/rotation/refuse";
import { type QuotaScope, quotaScopeOf } from "../core/scope";
import type { SessionId } from "../core/session";
import { type Binding, bindingKey, type PoolState } from "../core/state";
import type { AccountEntry, AccountSource, AccountsView } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Clock, EventSink } from "../ports/world";
import { InFlight } from "./in-flight";
import { learn } from "./learn";
import { createLease, type Lease } from "./lease";
import { unparkChanged } from "./unpark";

/** What the pool is made of. `serves`: whether backend and kind of credential are built in for that call. */
export interface PoolParts {
  readonly source: AccountSource;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly serves: (account: Account, call: CallTraits) => boolean;
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

/** What is there at one moment: looked at once per step, since each look asks the disk whether anything is new. */
interface Sight {
  readonly now: EpochMs;
  readonly state: PoolState;
  readonly entries: readonly AccountEntry[];
  readonly problem?: string;
}

/** An account that was chosen. `known` is the live view of the state: it goes on being true. */
interface Choice {
  readonly wish: Wish;
  readonly binding: Binding | undefined;
  readonly because: string;
  readonly known: PoolState;
}

/** All accounts of a user as one: knows who can answer, picks, and learns from every outcome. One per process. */
export class AccountPool {
  readonly #parts: PoolParts;
  readonly #inFlight = new InFlight();
  #seen: AccountsView | undefined;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /** Picks an account and counts it as in flight until the lease is released. Never waits. */
  acquire(wish: Wish): Acquired {
    const sight = this.#look();
    const entries = this.#usable(wish, sight);
    const binding = bindingOf(sight.state, wish.call.sessionId, wish.model);
    const chosen = pick(this.#candidates(entries, sight, binding, wish), this.#context(wish, sight, binding));
    const entry = chosen && entries.find(({ account }) => account.id === chosen.account.id);
    if (entry)
      return {
        kind: "leased",
        lease: this.#lease(entry, { wish, binding, because: chosen.because, known: sight.state }),
      };
    const assessed = sight.entries.map(({ account }) => this.#assessed(account, wish, sight));
    return { kind: "refused", refusal: refusalOf(assessed, wish.model, sight.problem), backAt: nextBackAt(assessed) };
  }

  /** Whether a quota scope outside `wish.left` could take the call now. */
  othersUsable(wish: Wish): boolean {
    return this.#usable(wish, this.#look()).length > 0;
  }

  /** A whole request has found the model busy on this backend: the next ones do not ask again at once. */
  foundBusy(place: BusyPlace, outcome: Failure): EpochMs {
    const { state, clock } = this.#parts;
    const cooldown = busyCooldown(place, outcome, state.current(), clock.now());
    state.apply([{ type: "cooldown.set", cooldown }]);
    return cooldown.until;
  }

  /** Whether a call to this model would be the probe after a busy time. */
  isProbe(place: BusyPlace): boolean {
    return wasBusy(place, this.#parts.state.current(), this.#parts.clock.now());
  }

  /** Whether an account is still there, switched on and waiting for nobody. */
  isOpen(id: AccountId): boolean {
    const { source, state } = this.#parts;
    const entry = source.current().entries.find(({ account }) => account.id === id);
    return entry?.account.enabled === true && !state.current().parked.has(id);
  }

  /** Calls of this process that are out on an account. */
  inFlight(id: AccountId): number {
    return this.#inFlight.count(id);
  }

  #look(): Sight {
    const { source, state, clock } = this.#parts;
    const view = source.current();
    if (view !== this.#seen) this.#notice(view);
    return { now: clock.now(), state: state.current(), ...view };
  }

  #assess(account: Account, { model, call, backend = account.backend }: Wish, { state, now }: Sight): Availability {
    const isServed = backend === account.backend && this.#parts.serves(account, call);
    return assess(account, model, state, isServed, now);
  }

  #assessed(account: Account, wish: Wish, sight: Sight): Assessed {
    return { account, is: this.#assess(account, wish, sight), left: isLeft(wish, account) };
  }

  #usable(wish: Wish, sight: Sight): readonly AccountEntry[] {
    return sight.entries.filter(
      ({ account }) => !isLeft(wish, account) && this.#assess(account, wish, sight).kind === "available",
    );
  }

  #context({ call, model }: Wish, { now, state }: Sight, binding: Binding | undefined): PickContext {
    const { sessions } = this.#inFlight;
    const { sessionId, parentSessionId: parentId } = call;
    const waiting = sessionId === undefined ? undefined : sessions.get(sessionId);
    const bound = binding ?? (waiting === undefined ? undefined : { accountId: waiting, lastAnswerAt: now });
    const parent =
      parentId === undefined ? undefined : (sessions.get(parentId) ?? bindingOf(state, parentId, model)?.accountId);
    return { now, ...(bound ? { bound } : {}), ...(parent === undefined ? {} : { parentAccountId: parent }) };
  }

  #candidates(
    entries: readonly AccountEntry[],
    { now, state }: Sight,
    binding: Binding | undefined,
    { call: { sessionId } }: Wish,
  ): readonly Candidate[] {
    const { sessions } = this.#inFlight;
    const settled = binding !== undefined || (sessionId !== undefined && sessions.has(sessionId));
    const recent = settled || entries.length < 2 ? undefined : recentSessions(state.bindings.values(), sessions, now);
    return entries.map(({ account }) => ({
      account,
      inFlightCount: this.#inFlight.count(account.id),
      lastUsedAt: state.health.get(account.id)?.lastUsedAt ?? 0,
      recentSessionCount: recent?.get(account.id) ?? 0,
    }));
  }

  #lease(entry: AccountEntry, { wish, binding, because, known }: Choice): Lease {
    const { state, clock, events } = this.#parts;
    const { account } = entry;
    const { sessionId, parentSessionId } = wish.call;
    const startedAt = clock.now();
    events.emit({ type: "account.picked", at: startedAt, accountId: account.id, model: wish.model, because });
    return createLease({
      entry,
      because,
      onBoundAccount: binding?.accountId === account.id,
      foreignHistory: binding?.accountId !== account.id || binding.isMixed,
      onAnswered: (isForeign) => {
        if (sessionId === undefined || !SPEAKS.has(wish.call.method)) return;
        const { model } = wish;
        const to = { sessionId, model, parentSessionId, accountId: account.id, now: clock.now(), isForeign };
        state.apply([{ type: "binding.set", binding: nextBinding(bindingOf(known, sessionId, model), to) }]);
      },
      onLearn: (outcome, sent) => learn({ entry, model: wish.model, outcome, sent, startedAt, known }, this.#parts),
      onRelease: this.#inFlight.hold(account.id, sessionId),
    });
  }

  /** The accounts are not what they were at the last look. */
  #notice(view: AccountsView): void {
    const { state, clock, events } = this.#parts;
    this.#seen = view;
    unparkChanged(view.entries, state, clock.now());
    if (view.problem !== undefined) events.emit({ type: "storage.degraded", at: clock.now(), sentence: view.problem });
  }
}

/** The methods that a conversation is made of; counting tokens moves nobody. */
const SPEAKS: ReadonlySet<CallMethod> = new Set<CallMethod>(["generateContent", "streamGenerateContent"]);

const bindingOf = ({ bindings }: PoolState, sessionId: SessionId | undefined, model: string): Binding | undefined =>
  sessionId === undefined ? undefined : bindings.get(bindingKey(sessionId, model));

const isLeft = ({ left }: Wish, account: Account): boolean =>
  left.size > 0 && (left.has(account.id) || left.has(quotaScopeOf(account)));
