import type { AccountId, DurationMs, EpochMs } from "../core/account";
import { pacificDayStart } from "../core/quota/pacific-day";
import type { PoolState, StateChange, UsageEntry } from "../core/state";
import type { Database } from "../ports/files";
import type { AccountUsage, StateStore } from "../ports/state-store";
import type { Cancel } from "../ports/world";
import { mergeFacts } from "./fact";
import { createLearnt, type FactName, type Learnt } from "./learnt";
import { StateConnection, type StateWorld } from "./state-connection";
import { addUsage, currentRevision, nextRevision, readFacts, readModels, readUsage, writeFact } from "./state-rows";
import { TRIMMED, TRIMMED_KINDS, type TrimmedKind, trim } from "./state-schema";
import { createLedger, HOUR_MS, modelsSince, RECENT_MS, sumUsage } from "./usage-sums";

/** Four writes a second at most for what is not urgent. */
const COALESCE_MS: DurationMs = 250;

/** How often it looks for a database that cannot be used for now. */
const RETRY_MS: DurationMs = 5_000;

/** Each may block for one busy timeout. */
const FINAL_TRIES = 5;

/** Trimming sorts all bindings, so it waits until there is something to gain. */
const TRIM_SLACK = 500;

const NOTHING = { value: undefined, liftedAt: 0 };

const nameText = ({ kind, key }: FactName): string => `${kind} ${key}`;

/** A process's memory kept in step with the database it shares with others. */
class SyncedState {
  readonly learnt: Learnt = createLearnt();
  readonly ledger = createLedger();
  /** What the database does not have yet. */
  readonly #dirty = new Map<string, FactName>();
  readonly #connection: StateConnection;
  #database: Database | undefined;
  #dataVersion = -1;
  #revision = 0;

  constructor(connection: StateConnection) {
    this.#connection = connection;
  }

  get hasUnwritten(): boolean {
    return this.#dirty.size > 0 || !this.ledger.isEmpty();
  }

  touch(name: FactName): void {
    this.#dirty.set(nameText(name), name);
  }

  /** Takes in what others wrote. Costs a stat and a pragma where they wrote nothing. */
  refresh(): void {
    this.#guarded((database) => {
      const version = database.dataVersion();
      if (version !== this.#dataVersion) this.#revision = this.#absorb(database);
      this.#dataVersion = version;
    });
  }

  /** Counters of all processes and those not written yet. */
  usageEntries(dayStart: EpochMs): readonly UsageEntry[] {
    const stored = this.#guarded((database) => readUsage(database, dayStart)) ?? [];
    return [...stored, ...this.ledger.entries()];
  }

  /** Models of all processes and of what is not written yet. */
  recentModels(now: EpochMs): readonly string[] {
    const stored = this.#guarded((database) => readModels(database, now - RECENT_MS - HOUR_MS)) ?? [];
    return [...new Set([...stored, ...modelsSince(this.ledger.entries(), now - RECENT_MS)])];
  }

  /** Writes what is unwritten in one transaction; what fails stays unwritten. */
  flush(): void {
    if (!this.hasUnwritten || !this.#connection.mayWrite()) return;
    this.#guarded((database) => {
      let revision = this.#revision;
      database.transaction(() => {
        this.#absorb(database);
        revision = this.#write(database);
      });
      this.#revision = revision;
      this.#dirty.clear();
      this.ledger.clear();
    });
  }

  /** Writes at the end of the process, when there is no later: waits for a busy database, about a second at most. */
  flushFinally(): void {
    for (let tries = 0; tries < FINAL_TRIES && this.hasUnwritten; tries += 1) {
      this.#connection.insist();
      this.flush();
    }
  }

  /** Another file than before: what the old one said no longer counts, what is still unwritten does. */
  #follow(database: Database): void {
    if (database === this.#database) return;
    if (this.#database) this.#forgetWritten();
    this.#database = database;
    this.#dataVersion = -1;
    this.#revision = 0;
  }

  #forgetWritten(): void {
    for (const name of this.learnt.names()) {
      if (!this.#dirty.has(nameText(name))) this.learnt.put(name, NOTHING);
    }
  }

  /** Returns the revision that memory is at afterwards. */
  #absorb(database: Database): number {
    let revision = this.#revision;
    for (const row of readFacts(database, this.#revision)) {
      const isOurs = this.#dirty.has(nameText(row.name));
      this.learnt.put(row.name, isOurs ? mergeFacts(row.name.kind, this.learnt.get(row.name), row.fact) : row.fact);
      revision = Math.max(revision, row.revision);
    }
    return revision;
  }

  #write(database: Database): number {
    const revision = this.#dirty.size > 0 ? nextRevision(database) : currentRevision(database);
    for (const name of this.#dirty.values()) writeFact(database, { name, fact: this.learnt.get(name), revision });
    for (const usage of this.ledger.entries()) addUsage(database, usage);
    for (const kind of TRIMMED_KINDS) {
      if (this.learnt.count(kind) > TRIMMED[kind].max + TRIM_SLACK) this.#trim(database, kind);
    }
    return revision;
  }

  #trim(database: Database, kind: TrimmedKind): void {
    trim(database, kind);
    const { max, newest } = TRIMMED[kind];
    for (const key of this.learnt.oldest(kind, max, newest)) this.learnt.put({ kind, key }, NOTHING);
  }

  #guarded<T>(work: (database: Database) => T): T | undefined {
    const database = this.#connection.get();
    if (!database) return undefined;
    try {
      this.#follow(database);
      return work(database);
    } catch (error) {
      this.#connection.failed(error);
      this.#keepAllIfLost();
      return undefined;
    }
  }

  /** A database that broke under us is rebuilt from what we know. */
  #keepAllIfLost(): void {
    if (this.#connection.get() === this.#database) return;
    for (const name of this.learnt.names()) this.touch(name);
  }
}

/**
 * What the pool has learnt, in SQLite, shared by all processes of the user; holds no secret. Opened at first use.
 * `current` returns a live view. `usage` is a query: for people, not for every pick. Nothing throws and nobody waits
 * for more than a busy timeout: without a usable disk it works from memory and says so once (`storage.degraded`).
 */
export const createStateStore = (world: StateWorld): StateStore => new SharedState(world);

class SharedState implements StateStore {
  readonly #world: StateWorld;
  readonly #connection: StateConnection;
  readonly #synced: SyncedState;
  #cancelTimer: Cancel | undefined;
  #isClosed = false;

  constructor(world: StateWorld) {
    this.#world = world;
    this.#connection = new StateConnection(world);
    this.#synced = new SyncedState(this.#connection);
  }

  current(): PoolState {
    this.#synced.refresh();
    this.#flushSoon();
    return this.#synced.learnt.state;
  }

  apply(changes: readonly StateChange[]): void {
    const isUrgent = changes.map((change) => this.#learn(change)).includes(true);
    if (isUrgent) this.#flushNow();
    else this.#flushSoon();
  }

  usage(now: EpochMs): ReadonlyMap<AccountId, AccountUsage> {
    const dayStart = pacificDayStart(now);
    return sumUsage(this.#synced.usageEntries(dayStart), dayStart);
  }

  recentModels(now: EpochMs): readonly string[] {
    return this.#synced.recentModels(now);
  }

  flush(): void {
    this.#synced.flushFinally();
  }

  close(): void {
    this.#synced.flushFinally();
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#connection.close();
  }

  /** True where another process must hear of it before its next pick. */
  #learn(change: StateChange): boolean {
    if (change.type === "usage.added") this.#synced.ledger.add(change.usage);
    const touched = this.#synced.learnt.apply(change);
    if (touched) this.#synced.touch(touched);
    return touched?.urgent ?? false;
  }

  #flushNow(): void {
    this.#synced.flush();
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#cancelTimer || this.#isClosed || !this.#synced.hasUnwritten) return;
    const delayMs = this.#connection.get() ? COALESCE_MS : RETRY_MS;
    this.#cancelTimer = this.#world.clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#flushNow();
    });
  }
}
