import type { Account, AccountId, BackendName, EpochMs } from "../core/account";
import type { CallMethod, CallTraits } from "../core/call";
import { advance } from "../core/health/advance";
import type { Outcome } from "../core/outcome";
import type { Refusal } from "../core/refusal";
import { nextBinding, recentSessions } from "../core/rotation/affinity";
import { type Availability, assess } from "../core/rotation/assess";
import { type Candidate, type PickContext, pick } from "../core/rotation/pick";
import { type Assessed, nextBackAt, refusalOf } from "../core/rotation/refuse";
import { type QuotaScope, quotaScopeOf } from "../core/scope";
import { type Binding, bindingKey, type PoolState, type SessionId, type StateChange } from "../core/state";
import { usageOf } from "../core/usage";
import type { AccountEntry, AccountSource, AccountsView } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Clock, EventSink } from "../ports/world";
import { InFlight } from "./in-flight";
import { createLease, type Lease } from "./lease";
import { credentialMark, unparkChanged } from "./unpark";

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
  /** The account of the asking directory's own configuration; those of other directories are none of its business. */
  readonly configuredAccountId?: AccountId;
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
  readonly problem: string | undefined;
}

/** An account that was chosen. `known` is the live view of the state: it goes on being true. */
interface Choice {
  readonly wish: Wish;
  readonly binding: Binding | undefined;
  readonly because: string;
  readonly known: PoolState;
}

interface Lesson {
  readonly wish: Wish;
  readonly outcome: Outcome;
  readonly startedAt: EpochMs;
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
    const sight = this.#look(wish);
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
    return this.#usable(wish, this.#look(wish)).length > 0;
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

  #look(wish: Wish): Sight {
    const { source, state, clock } = this.#parts;
    const view = source.current();
    if (view !== this.#seen) unparkChanged(view.entries, state, clock.now());
    this.#seen = view;
    const { entries, problem } = view;
    return { now: clock.now(), state: state.current(), entries: entries.filter((each) => isFor(wish, each)), problem };
  }

  #assess(account: Account, { model, call }: Wish, { state, now }: Sight): Availability {
    return assess(account, model, state, this.#parts.serves(account, call), now);
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
      onLearn: (outcome) => this.#learn(account, { wish, outcome, startedAt, known }),
      onRelease: this.#inFlight.hold(account.id, sessionId),
    });
  }

  #learn(account: Account, { wish, outcome, startedAt, known }: Lesson): void {
    const { state, clock } = this.#parts;
    const now = clock.now();
    const lesson = { account, model: wish.model, outcome, startedAt, siblings: () => this.#siblings(account) };
    const changes = advance(known, lesson, now);
    const marked = changes.map((change) => this.#marked(change));
    state.apply([...marked, ...usageOf(account.id, wish.model, outcome, now)]);
    this.#tell(account, changes, outcome, now);
  }

  /** A parked state remembers the credential it was met with. */
  #marked(change: StateChange): StateChange {
    if (change.type !== "account.parked") return change;
    const { entries } = this.#parts.source.current();
    const entry = entries.find(({ account }) => account.id === change.parked.accountId);
    return entry
      ? { ...change, parked: { ...change.parked, credentialMark: credentialMark(entry.credential) } }
      : change;
  }

  /** The other accounts of its project; without a known project it stands alone. */
  #siblings(account: Account): readonly Account[] {
    const project = projectOf(account);
    if (project === undefined) return [];
    const accounts = this.#parts.source.current().entries.map((entry) => entry.account);
    return accounts.filter((other) => other.id !== account.id && projectOf(other) === project);
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

/** The methods that a conversation is made of; counting tokens moves nobody. */
const SPEAKS: ReadonlySet<CallMethod> = new Set<CallMethod>(["generateContent", "streamGenerateContent"]);

const bindingOf = ({ bindings }: PoolState, sessionId: SessionId | undefined, model: string): Binding | undefined =>
  sessionId === undefined ? undefined : bindings.get(bindingKey(sessionId, model));

const projectOf = ({ backend, project, quotaProject }: Account): string | undefined => {
  const name = project ?? quotaProject;
  return name === undefined ? undefined : `${backend}/${name}`;
};

const isFor = ({ backend, configuredAccountId }: Wish, { account }: AccountEntry): boolean =>
  (backend === undefined || account.backend === backend) &&
  (account.origin !== "configuration" || account.id === configuredAccountId);

const isLeft = ({ left }: Wish, account: Account): boolean =>
  left.size > 0 && (left.has(account.id) || left.has(quotaScopeOf(account)));
