import type { EpochMs } from "../../core/account";

/** Work that is due. */
export interface Due {
  readonly at: EpochMs;
  readonly work: () => void;
}

/** `work` is undefined once it was taken or cancelled. */
interface Timer {
  readonly at: EpochMs;
  readonly order: number;
  work: (() => void) | undefined;
}

/** Cancelled timers are cleared away once there are this many and they are the greater part. */
const CLEAR_AT = 4096;

/** Timers, the earliest first; of two at one time the one that was set first. A binary heap: setting and taking cost log n. */
export class Timers {
  #heap: Timer[] = [];
  #order = 0;
  #cancelled = 0;

  /** How many wait, without those that were cancelled. */
  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** Sets a timer; what is returned cancels it. */
  add(at: EpochMs, work: () => void): () => void {
    const timer: Timer = { at, order: this.#order++, work };
    rise(this.#heap, timer);
    return () => this.#cancel(timer);
  }

  /** Takes the earliest out if it is due by `until`. */
  take(until: EpochMs): Due | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.at > until) return undefined;
      this.#removeFirst();
      const { at, work } = first;
      first.work = undefined;
      if (work !== undefined) return { at, work };
      this.#cancelled -= 1;
    }
  }

  #cancel(timer: Timer): void {
    if (timer.work === undefined) return;
    timer.work = undefined;
    this.#cancelled += 1;
    if (this.#cancelled < CLEAR_AT || this.#cancelled * 2 < this.#heap.length) return;
    this.#heap = this.#heap.filter(({ work }) => work !== undefined).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#cancelled = 0;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) sink(this.#heap, last);
  }
}

const isBefore = (a: Timer, b: Timer): boolean => (a.at === b.at ? a.order < b.order : a.at < b.at);

/** Puts a timer in from the bottom: what is later than it moves down to make room. */
function rise(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  while (index > 0) {
    const above = heap[(index - 1) >> 1];
    if (above === undefined || isBefore(above, timer)) break;
    heap[index] = above;
    index = (index - 1) >> 1;
  }
  heap[index] = timer;
}

/** Puts a timer in the first place's stead: what is earlier than it moves up. */
function sink(heap: Timer[], timer: Timer): void {
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    let below = heap[child];
    const other = heap[child + 1];
    if (below === undefined) break;
    if (other !== undefined && isBefore(other, below)) {
      child += 1;
      below = other;
    }
    if (isBefore(timer, below)) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = timer;
}
