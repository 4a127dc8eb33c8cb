import type { StateChange } from "../../../src/core/state";
import type { Entry } from "./journal";
import { type Sights, sightsAfter } from "./sight";

/** Changes of one call. */
interface Step {
  readonly at: number;
  readonly changes: readonly StateChange[];
  readonly urgent: boolean;
  isDone: boolean;
}

/** What the journal of one slot says about the database. */
export interface FactsVerdict {
  readonly problems: readonly string[];
  /** What is on disk, all processes of the slot together. */
  readonly stored: readonly StateChange[];
  readonly steps: number;
  /** Steps that died with their process, and the age of the oldest of them. */
  readonly lostSteps: number;
  readonly oldestLostMs: number;
  readonly troubles: number;
}

class SlotReplay {
  readonly problems: string[] = [];
  readonly stored: StateChange[] = [];
  readonly #ids: readonly string[];
  #open: Step[] = [];
  #diedAt = Number.POSITIVE_INFINITY;
  #hasTrouble = false;
  steps = 0;
  lostSteps = 0;
  oldestLostMs = 0;
  troubles = 0;

  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  take(entry: Entry): void {
    if (entry.kind === "started") this.#settle(entry.sees);
    else if (entry.kind === "apply") this.#begin(entry);
    else if (entry.kind === "applied") this.#finish();
    else if (entry.kind === "committed") this.#commit();
    else if (entry.kind === "overdue") this.#expectWritten(entry.since);
    else if (entry.kind === "trouble") this.#trouble();
    else if (entry.kind === "killed") this.#diedAt = entry.at;
  }

  #begin({ at, changes, urgent }: Omit<Step, "isDone">): void {
    this.steps += 1;
    this.#open.push({ at, changes, urgent, isDone: false });
  }

  #expectWritten(since: number): void {
    const late = this.#open.filter(({ at }) => at <= since);
    if (late.length > 0 && !this.#hasTrouble) this.problems.push(`not written in time: ${JSON.stringify(late)}`);
  }

  #trouble(): void {
    this.troubles += 1;
    this.#hasTrouble = true;
  }

  #finish(): void {
    const step = this.#open.at(-1);
    if (step) step.isDone = true;
  }

  #commit(): void {
    this.stored.push(...this.#open.flatMap(({ changes }) => changes));
    this.#open = [];
    this.#hasTrouble = false;
  }

  /** A successor sees all of what its predecessor left open, in one piece, or nothing of it. */
  #settle(sees: Sights): void {
    const all = [...this.stored, ...this.#open.flatMap(({ changes }) => changes)];
    if (this.#open.length > 0 && this.#matches(sees, all)) this.#commit();
    else if (this.#matches(sees, this.stored)) this.#lose();
    else this.problems.push(this.#complaint(sees));
    this.#open = [];
    this.#hasTrouble = false;
  }

  #matches(sees: Sights, changes: readonly StateChange[]): boolean {
    return JSON.stringify(sees) === JSON.stringify(sightsAfter(changes, this.#ids));
  }

  #complaint(sees: Sights): string {
    const expected = sightsAfter(this.stored, this.#ids);
    const open = this.#open.map(({ changes }) => changes);
    return `the database says ${JSON.stringify(sees)}; stored ${JSON.stringify(expected)}, open ${JSON.stringify(open)}`;
  }

  #lose(): void {
    const lost = this.#open.filter(({ isDone }) => isDone);
    this.lostSteps += lost.length;
    for (const { at, urgent, changes } of lost) {
      this.oldestLostMs = Math.max(this.oldestLostMs, this.#diedAt - at);
      if (urgent && !this.#hasTrouble) this.problems.push(`urgent and lost: ${JSON.stringify(changes)}`);
    }
  }
}

/** Replays a slot's journal; it must end with a `started` entry that says what a reader at the very end sees. */
export function judgeFacts(entries: readonly Entry[], ids: readonly string[]): FactsVerdict {
  const replay = new SlotReplay(ids);
  for (const entry of entries) replay.take(entry);
  return replay;
}
