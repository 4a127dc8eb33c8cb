import type { DurationMs } from "../core/account";
import type { Database } from "../ports/files";
import { setDatabaseAside } from "./state-aside";
import { faultCode, faultWords, isBroken, isBusy } from "./state-fault";
import { closeQuietly, inodeOf, type Opened, openState, type StateWorld } from "./state-open";

const BUSY_PAUSE_MS: DurationMs = 1_000;
const TROUBLE_PAUSE_MS: DurationMs = 30_000;

/** Busy so often in a row: its locks do not work, as on some network file systems, or somebody sits on them. */
const BUSY_LIMIT = 10;

const FROM_MEMORY =
  "The pool goes on from memory, without what is in there; what it learns meanwhile is lost when this process ends.";

/**
 * The way to the database, or none for now; never throws. Opens at first use, opens again when the file was deleted or
 * replaced, and sets a broken or newer database aside, at most once: two versions of this plugin at work must not take
 * turns at it. A newer one stays where the world says so. Anything else pauses for 30 s. Pauses are measured by a clock that nobody puts back.
 */
export class StateConnection {
  readonly #world: StateWorld;
  #open: Opened | undefined;
  #retryAt: DurationMs = 0;
  #writeAt: DurationMs = 0;
  #busyCount = 0;
  #hasSetAside = false;
  /** What was set aside, for good. */
  #aside: string | undefined;
  /** What is wrong now. */
  #trouble: string | undefined;
  #hasTold = false;
  #hasLoss = false;
  #isClosed = false;

  constructor(world: StateWorld) {
    this.#world = world;
  }

  /** Another object than last time means another connection, perhaps to another file. */
  get(): Database | undefined {
    if (this.#open && this.#isInPlace(this.#open)) return this.#open.database;
    this.#drop();
    // The second try is for the fresh file after a broken one was set aside.
    for (let tries = 0; tries < 2 && !this.#open && this.#mayOpen(); tries += 1) this.#tryOpen();
    return this.#open?.database;
  }

  /** Whether the file may have lost what was written to it since somebody last asked: it broke, or its journal went. */
  takeLoss(): boolean {
    const hasLoss = this.#hasLoss;
    this.#hasLoss = false;
    return hasLoss;
  }

  /** Something the database did failed: decides whether to try again, to begin anew or to go on without. */
  failed(error: unknown): void {
    this.#failed(error, this.#open?.inode);
  }

  /** A write has reached the disk. */
  wrote(): void {
    this.#busyCount = 0;
    this.heal();
  }

  /** What is wrong now and what was set aside, as sentences. */
  get problem(): string | undefined {
    return [this.#aside, this.#trouble].filter((each) => each !== undefined).join("\n") || undefined;
  }

  /** Something failed that has not gone well since. Opening alone proves nothing: a full disk can be read. */
  get isTroubled(): boolean {
    return this.#trouble !== undefined;
  }

  /** All that was wanted of it went well. */
  heal(): void {
    this.#trouble = undefined;
  }

  /** False for a moment after another process held the write lock too long: waiting for it blocks the whole host. */
  mayWrite(): boolean {
    return this.#now() >= this.#writeAt;
  }

  /** The next write is tried although the last one found the database busy. */
  insistOnWriting(): void {
    this.#writeAt = 0;
  }

  /** The same, also where the database could not be used at all. */
  insist(): void {
    this.#writeAt = 0;
    this.#retryAt = 0;
  }

  /** The process ends and something could not be written: says so, unless the same trouble has been told. */
  tellUnwritten(): void {
    if (!this.#isClosed) this.#tell(`${this.#world.path} what this process learnt last could not be written.`);
  }

  /** For good: `get` answers none afterwards. */
  close(): void {
    this.#drop();
    this.#isClosed = true;
  }

  #now(): DurationMs {
    return this.#world.clock.monotonic();
  }

  #mayOpen(): boolean {
    return !this.#isClosed && this.#now() >= this.#retryAt && this.mayWrite();
  }

  /** A journal that went from under an open database takes with it what it held: others begin a new one. */
  #isInPlace({ inode, journal }: Opened): boolean {
    const { path } = this.#world;
    if (inode !== inodeOf(this.#world, path)) return false;
    if (journal === undefined || journal === inodeOf(this.#world, `${path}-wal`)) return true;
    this.#hasLoss = true;
    return false;
  }

  #tryOpen(): void {
    const before = inodeOf(this.#world, this.#world.path);
    try {
      this.#open = openState(this.#world);
    } catch (error) {
      this.#failed(error, before);
    }
  }

  #failed(error: unknown, inode: number | undefined): void {
    const code = faultCode(error);
    if (isBusy(code)) this.#pauseOrDegrade(code);
    else if (code === "NEWER_SCHEMA" && this.#world.keepsNewer) this.#degrade(code);
    else if (isBroken(code)) this.#beginAnew(code, inode);
    else this.#degrade(code);
  }

  #drop(): void {
    if (this.#open) closeQuietly(this.#open.database);
    this.#open = undefined;
  }

  #pauseOrDegrade(code: string): void {
    this.#writeAt = this.#now() + BUSY_PAUSE_MS;
    this.#busyCount += 1;
    if (this.#busyCount >= BUSY_LIMIT) this.#degrade(code);
  }

  /** `inode`: the broken file. */
  #beginAnew(code: string, inode: number | undefined): void {
    this.#drop();
    this.#hasLoss = true;
    // Another process was faster: its new file only needs to be opened.
    if (inode !== inodeOf(this.#world, this.#world.path)) return;
    if (this.#hasSetAside) this.#degrade(code);
    else this.#setAsideOnce(code);
  }

  #setAsideOnce(code: string): void {
    this.#hasSetAside = true;
    const { path } = this.#world;
    try {
      const kept = setDatabaseAside(this.#world);
      if (kept === undefined) return;
      this.#aside = `${path} ${faultWords(code)}. It is kept as ${kept}, and the pool begins anew.`;
    } catch (error) {
      this.#degrade(faultCode(error));
      return;
    }
    this.#emit(this.#aside);
  }

  #degrade(code: string): void {
    this.#drop();
    this.#busyCount = 0;
    this.#retryAt = this.#now() + TROUBLE_PAUSE_MS;
    this.#trouble = `${this.#world.path} ${faultWords(code)}. ${FROM_MEMORY}`;
    this.#tell(this.#trouble);
  }

  /** Once per process. */
  #tell(sentence: string): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#emit(sentence);
  }

  /** Whoever listens may ask for something at once, so all else is done by then. */
  #emit(sentence: string): void {
    const { events, clock } = this.#world;
    events?.emit({ type: "storage.degraded", at: clock.now(), sentence });
  }
}
