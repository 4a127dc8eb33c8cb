import type { EpochMs } from "../core/account";
import type { PoolEvent } from "../core/event";
import type { StateChange, UsageEntry } from "../core/state";
import type { Database } from "../ports/files";
import type { Clock } from "../ports/world";
import { createEventRing, eventLimit, newestOf } from "./event-ring";
import { readEvents, writeEvents } from "./event-rows";
import { type Fact, type FactKind, mergeFacts } from "./fact";
import { createLearnt, type FactName, type Learnt } from "./learnt";
import { OwnPresence } from "./own-presence";
import { readPresences } from "./presence-rows";
import { createClockWatch, rewound } from "./rewound";
import type { StateConnection } from "./state-connection";
import { forgetOldest, isCrowded, TRIMMED_KINDS, type TrimmedKind } from "./state-crowd";
import { tidyUnlessBusy } from "./state-open";
import { currentRevision, nextRevision, readFacts, readIdentity, writeFact } from "./state-rows";
import { TIDY_EVERY_MS, trim } from "./state-tidy";
import { addUsage, readHours, readModels, readSums, readTotals } from "./usage-rows";
import { createLedger, HOUR_MS, modelsSince, RECENT_MS, since, totalsOf } from "./usage-sums";

/** A database that is busy may block for one busy timeout at each. */
const FINAL_TRIES = 20;

const NOTHING = { value: undefined, liftedAt: 0 };

const nameText = ({ kind, key }: FactName): string => `${kind} ${key}`;

/** A process's memory kept in step with the database it shares with others. */
export class SyncedState {
  readonly learnt: Learnt = createLearnt();
  readonly presence = new OwnPresence();
  readonly #ledger = createLedger();
  readonly #ring = createEventRing();
  /** What the database does not have yet. */
  readonly #dirty = new Map<string, FactName>();
  /** Of these memory has forgotten the oldest and the database has not. */
  readonly #crowded = new Set<TrimmedKind>();
  readonly #connection: StateConnection;
  readonly #clock: Clock;
  readonly #wasSetBack = createClockWatch();
  #database: Database | undefined;
  #identity: number | undefined;
  #dataVersion = -1;
  #revision = 0;
  #tidiedAt: EpochMs = 0;

  constructor(connection: StateConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  get hasUnwritten(): boolean {
    const isLearnt = this.#dirty.size > 0 || !this.#ledger.isEmpty() || !this.#ring.isEmpty();
    return isLearnt || this.presence.isDue(this.#clock.now());
  }

  /** True where another process must hear of it before its next pick. */
  apply(change: StateChange): boolean {
    this.#noticeClock();
    if (change.type === "usage.added") this.#ledger.add(change.usage);
    if (change.type === "in-flight.set") this.presence.set(change.processId, change.accountId, change.count);
    const touched = this.learnt.apply(change);
    if (touched) {
      this.#touch(touched);
      this.#forgetCrowd(touched.kind);
    }
    return touched?.urgent ?? false;
  }

  remember(event: PoolEvent): void {
    this.#ring.add(event);
  }

  /** Takes in what others wrote. Costs two stats and a pragma where they wrote nothing. */
  refresh(): void {
    this.#noticeClock();
    this.#guarded((database) => {
      const version = database.dataVersion();
      if (version === this.#dataVersion) return;
      this.#revision = this.#absorb(database);
      this.learnt.see(readPresences(database, this.presence.processId, this.learnt.state.presences));
      this.#dataVersion = version;
    });
  }

  /** Counters of all processes since an hour and those not written yet, one or two for each account and model. */
  usageSince(from: EpochMs): readonly UsageEntry[] {
    return [...(this.#guarded((database) => readSums(database, from)) ?? []), ...since(this.#ledger.entries(), from)];
  }

  usageTotals(): readonly UsageEntry[] {
    return [...(this.#guarded(readTotals) ?? []), ...totalsOf(this.#ledger.entries())];
  }

  usageHours(from: EpochMs): readonly UsageEntry[] {
    return [...(this.#guarded((database) => readHours(database, from)) ?? []), ...since(this.#ledger.entries(), from)];
  }

  /** Models of all processes and of what is not written yet. */
  recentModels(now: EpochMs): readonly string[] {
    const stored = this.#guarded((database) => readModels(database, now - RECENT_MS - HOUR_MS)) ?? [];
    return [...new Set([...stored, ...modelsSince(this.#ledger.entries(), now - RECENT_MS)])];
  }

  recentEvents(asked: number): readonly PoolEvent[] {
    const limit = eventLimit(asked);
    const stored = this.#guarded((database) => readEvents(database, limit)) ?? [];
    return newestOf([...stored, ...this.#ring.redacted()], limit);
  }

  /** Writes what is unwritten in one transaction; what fails stays unwritten. */
  flush(): void {
    if (!this.hasUnwritten || !this.#connection.mayWrite()) return;
    this.#guarded((database) => {
      const now = this.#clock.now();
      let revision = this.#revision;
      database.transaction(() => {
        this.#absorb(database);
        revision = this.#write(database, now);
        for (const kind of this.#crowded) trim(database, kind);
      });
      this.#revision = revision;
      this.#written(now);
      this.#tidyByTheHour(database, now);
    });
  }

  /** Writes at the end of the process, when there is no later: twice whatever fails, and waits for a database that is busy. */
  flushFinally(): void {
    for (let tries = 0; tries < FINAL_TRIES && this.hasUnwritten; tries += 1) {
      if (tries < 2) this.#connection.insist();
      else this.#connection.insistOnWriting();
      this.flush();
    }
    if (this.hasUnwritten) this.#connection.tellUnwritten();
  }

  #touch(name: FactName): void {
    this.#dirty.set(nameText(name), name);
  }

  /**
   * Another connection than before, or the first. To the same file nothing is new but what others wrote. Of a new file in its
   * place only what is still unwritten counts; but where the old one lost what was in it, that comes from memory.
   */
  #follow(database: Database): void {
    if (database === this.#database) return;
    const identity = readIdentity(database);
    const isSame = identity === this.#identity && currentRevision(database) >= this.#revision;
    const isRolledBack = identity === this.#identity && !isSame;
    const isLost = this.#connection.takeLoss() || isRolledBack;
    if (isLost) this.#touchAll();
    else if (!isSame && this.#identity !== undefined) this.#forgetWritten();
    if (isLost || !isSame) this.presence.unwritten();
    if (!isSame) this.#revision = 0;
    this.#identity = identity;
    this.#database = database;
    this.#dataVersion = -1;
    // Opening it was the occasion.
    this.#tidiedAt = this.#clock.now();
  }

  /** What this process learnt while its clock was ahead would outlive everything that is learnt now. */
  #noticeClock(): void {
    if (!this.#wasSetBack(this.#clock.now())) return;
    for (const name of this.learnt.names()) this.#putRewound(name, this.learnt.get(name));
  }

  /**
   * A fact as it counts now. What keeps somebody away is written so, or it would begin anew with each process; the disk keeps what is
   * only forgotten here, since it may be this clock that is wrong.
   */
  #putRewound(name: FactName, fact: Fact): void {
    const right = rewound(name.kind, fact, this.#clock.now());
    this.learnt.put(name, right);
    if (right !== fact && right.value !== undefined) this.#touch(name);
  }

  #touchAll(): void {
    for (const name of this.learnt.names()) this.#touch(name);
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
      const merged = isOurs ? mergeFacts(row.name.kind, this.learnt.get(row.name), row.fact) : row.fact;
      this.#putRewound(row.name, merged);
      revision = Math.max(revision, row.revision);
    }
    for (const kind of TRIMMED_KINDS) this.#forgetCrowd(kind);
    return revision;
  }

  #write(database: Database, now: EpochMs): number {
    const revision = this.#dirty.size > 0 ? nextRevision(database) : currentRevision(database);
    for (const name of this.#dirty.values()) writeFact(database, { name, fact: this.learnt.get(name), revision });
    for (const usage of this.#ledger.entries()) addUsage(database, usage);
    writeEvents(database, this.#ring.redacted());
    this.presence.write(database, now);
    return revision;
  }

  /** All of it is on disk. */
  #written(now: EpochMs): void {
    this.#connection.wrote();
    this.#dirty.clear();
    this.#ledger.clear();
    this.#ring.clear();
    this.presence.written(now);
    for (const kind of this.#crowded) forgetOldest(this.learnt, kind);
    this.#crowded.clear();
  }

  /** With a disk or without: memory is bounded. What is so old needs no writing. */
  #forgetCrowd(kind: FactKind): void {
    if (!isCrowded(this.learnt, kind)) return;
    for (const name of forgetOldest(this.learnt, kind)) this.#dirty.delete(nameText(name));
    this.#crowded.add(kind);
  }

  /** A process may live for weeks and be the only one. */
  #tidyByTheHour(database: Database, now: EpochMs): void {
    if (Math.abs(now - this.#tidiedAt) < TIDY_EVERY_MS) return;
    this.#tidiedAt = now;
    tidyUnlessBusy(database, now);
  }

  #guarded<T>(work: (database: Database) => T): T | undefined {
    const database = this.#connection.get();
    if (!database) return undefined;
    try {
      this.#follow(database);
      const found = work(database);
      if (this.#connection.isTroubled && !this.hasUnwritten) this.#connection.heal();
      return found;
    } catch (error) {
      this.#connection.failed(error);
      return undefined;
    }
  }
}
