import type { Account, AccountId, BackendName, DurationMs, EpochMs } from "../core/account";
import type { CallTraits } from "../core/call";
import { isCooling } from "../core/cooldown";
import { type BusyPlace, busyCooldown, wasBusy } from "../core/health/busy";
import type { Failure } from "../core/outcome";
import { Peers } from "../core/quota/peers";
import type { Refusal } from "../core/refusal";
import { nextBackAt, refusalOf } from "../core/rotation/refuse";
import { scopeKey } from "../core/scope";
import { DEFAULT_SETTINGS, type PoolSettings } from "../core/settings";
import type { AccountEntry, AccountSource, AccountsView } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Chance, Clock, EventSink } from "../ports/world";
import { Bell } from "./bell";
import { Chooser } from "./chooser";
import { Claims } from "./claims";
import type { Lease } from "./lease";
import { type LeasingParts, leaseOf } from "./leasing";
import { Lineup } from "./lineup";
import { Load } from "./load";
import { Look, type Wish } from "./look";
import { restingIn } from "./recheck";
import { forgetReplaced, type MarkOf, MendedSecrets } from "./unpark";

/** What the pool is made of. `serves`: whether backend and kind of credential are built in for that call. */
export interface PoolParts {
  readonly source: AccountSource;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly events: EventSink;
  readonly serves: (account: Account, call: CallTraits) => boolean;
  /** Asked at each choice; the same object as before where nothing changed. Default: nothing chosen. */
  readonly settings?: () => PoolSettings;
  /** Default: what lies behind a local credential does not count. */
  readonly markOf?: MarkOf;
}

/**
 * So many names there are for processes that count: one after another may use the same, so that a day of many short
 * processes does not grow the record. Two at once with one name lose some counts, which a refusal puts right.
 */
const WRITERS = 32;

/** By then the system has begun to watch: Bun 1.3.14 lets a thread of its own do that. */
const WATCHING_AFTER_MS: DurationMs = 100;

/** A lease, or why nobody can answer. `backAt` is set where an account comes back by itself. */
export type Acquired =
  | { readonly kind: "leased"; readonly lease: Lease }
  | {
      readonly kind: "refused";
      readonly refusal: Refusal;
      readonly backAt: EpochMs | undefined;
      /** Seats that rest for long, whose quota could be read meanwhile. */
      readonly resting: readonly AccountEntry[];
    };

/** All accounts of a user as one: knows who can answer, picks, and learns from every outcome. One per process. */
export class AccountPool {
  readonly #parts: PoolParts;
  readonly #lineup: Lineup;
  readonly #load: Load;
  readonly #claims = new Claims();
  readonly #peers = new Peers();
  readonly #chooser: Chooser;
  readonly #leasing: LeasingParts;
  readonly #bell: Bell;
  readonly #mended: MendedSecrets;
  #seen: AccountsView | undefined;

  constructor(parts: PoolParts) {
    const { chance, clock, source, state, settings = () => DEFAULT_SETTINGS } = parts;
    this.#parts = parts;
    this.#lineup = new Lineup(() => settings().modelGroups);
    this.#bell = new Bell(clock);
    this.#mended = new MendedSecrets(state, parts.markOf);
    const processId = chance.id();
    this.#load = new Load((accountId, count) => state.apply([{ type: "in-flight.set", processId, accountId, count }]));
    this.#chooser = new Chooser({ load: this.#load, chance, policy: () => settings().policy });
    this.#leasing = {
      ...parts,
      load: this.#load,
      claims: this.#claims,
      peers: this.#peers,
      bell: this.#bell,
      chooser: this.#chooser,
      writer: `w${Math.floor(chance.random() * WRITERS)}`,
      accounts: () => this.#lineup.entries(source.current(), state.current()).map(({ account }) => account),
    };
  }

  /** Picks an account and counts it as in flight until the lease is released. Never waits. */
  acquire(wish: Wish): Acquired {
    const acquired = this.#acquire(wish);
    const { source, clock } = this.#parts;
    const isMended = acquired.kind === "refused" && this.#mended.look(source.current().entries, clock.now(), true);
    return isMended ? this.#acquire(wish) : acquired;
  }

  #acquire(wish: Wish): Acquired {
    const { view, look } = this.#look(wish);
    const chosen = this.#chooser.choose(look);
    if (chosen) return { kind: "leased", lease: leaseOf({ ...chosen, look }, this.#leasing) };
    const assessed = look.assessed();
    const refusal = refusalOf(assessed, wish.model, view.problem);
    return { kind: "refused", refusal, backAt: nextBackAt(assessed), resting: restingIn(look) };
  }

  /** Resolves once something changed that may let a request go on, at the latest after `ms`; rejects when the signal aborts. */
  async changed(ms: DurationMs, signal?: AbortSignal): Promise<void> {
    const { source, clock } = this.#parts;
    const seen = this.#seen;
    const cancel = source.watch?.(() => this.#bell.ring());
    // What came between the last look and the moment from which the system watches is told by nobody.
    const lookAgain = () => {
      if (source.current() !== seen) this.#bell.ring();
    };
    const cancelLook = clock.after(WATCHING_AFTER_MS, lookAgain);
    try {
      const rung = this.#bell.wait(ms, signal);
      lookAgain();
      await rung;
    } finally {
      cancelLook();
      cancel?.();
    }
  }

  /** Whether a quota scope outside `wish.left` could take the call now. */
  othersUsable(wish: Wish): boolean {
    const { look } = this.#look(wish);
    return look.entrants.some((entrant) => look.canAnswer(entrant));
  }

  /** A whole request has found the model busy on this backend: the next ones do not ask again at once, but from then on. */
  foundBusy(place: BusyPlace, outcome: Failure): EpochMs {
    const { state, clock } = this.#parts;
    const cooldown = busyCooldown(place, outcome, state.current(), clock.now());
    state.apply([{ type: "cooldown.set", cooldown }]);
    // The backend itself may be out for longer.
    const outage = state.current().cooldowns.get(scopeKey({ kind: "backend", backend: place.backend }));
    return Math.max(cooldown.until, outage?.until ?? 0);
  }

  /** Whether a call to this model would be the probe after a busy time. */
  isProbe(place: BusyPlace): boolean {
    return wasBusy(place, this.#parts.state.current(), this.#parts.clock.now());
  }

  /** Whether nobody asks this backend for a while, whatever the account and the model. */
  isOut(backend: BackendName): boolean {
    const { state, clock } = this.#parts;
    return isCooling(state.current().cooldowns.get(scopeKey({ kind: "backend", backend })), clock.now());
  }

  /**
   * Whether an account that was picked at `pickedAt` can still be asked: it is there, switched on and waiting for nobody, its backend is
   * not out, and no other request has been refused there since.
   */
  isOpen(id: AccountId, model: string, pickedAt: EpochMs): boolean {
    const { source, state: store, clock } = this.#parts;
    const state = store.current();
    const entrant = this.#lineup.of(source.current(), state, model).find(({ account }) => account.id === id);
    if (!entrant?.account.enabled || state.parked.has(id) || this.isOut(entrant.account.backend)) return false;
    const [ofQuota, ofAccount] = entrant.scopeKeys.map((key) => state.cooldowns.get(key));
    return ![ofQuota, ofAccount].some((each) => isCooling(each, clock.now()) && each.since > pickedAt);
  }

  /** Calls of this process that are out on an account. */
  inFlight(id: AccountId): number {
    return this.#load.count(id);
  }

  /** Calls of this process that are out now, by quota. */
  inFlightNow(): ReturnType<Load["now"]> {
    return this.#load.now();
  }

  #look(wish: Wish): { readonly view: AccountsView; readonly look: Look } {
    const { source, state: store, clock, serves } = this.#parts;
    const view = source.current();
    const now = clock.now();
    if (view !== this.#seen) this.#notice(view);
    else this.#mended.look(view.entries, now);
    const state = store.current();
    this.#load.hear(state.presences, now);
    const entrants = this.#lineup.of(view, state, wish.model);
    const [load, claims, peers] = [this.#load, this.#claims, this.#peers];
    peers.follow(entrants, state.quotas, now);
    return { view, look: new Look({ wish, now, state, entrants, load, claims, peers, serves }) };
  }

  /** The accounts are not what they were at the last look. */
  #notice(view: AccountsView): void {
    const { state, clock, events, markOf } = this.#parts;
    this.#seen = view;
    forgetReplaced(view.entries, state, clock.now(), markOf);
    if (view.problem !== undefined) events.emit({ type: "storage.degraded", at: clock.now(), sentence: view.problem });
    this.#bell.ring();
  }
}
