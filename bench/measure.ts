/** One line of the table. `noise`: a difference of that size means nothing. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly noise: string;
  readonly target: string;
  readonly met: boolean;
}

/** Two ways to do the same thing, and how often. */
export interface Pairing {
  readonly name: string;
  readonly rounds: number;
  readonly bare: () => Promise<unknown>;
  readonly pooled: () => Promise<unknown>;
}

/** Milliseconds of each round, pair by pair. */
export interface Paired {
  readonly bare: readonly number[];
  readonly other: readonly number[];
}

/** Runs A and B in turn, A first and B first alternately, so that drift and warm-up hit both alike. */
export async function interleave(
  rounds: number,
  a: () => Promise<unknown>,
  b: () => Promise<unknown>,
): Promise<Paired> {
  const bare: number[] = [];
  const other: number[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      bare.push(await timed(a));
      other.push(await timed(b));
    } else {
      other.push(await timed(b));
      bare.push(await timed(a));
    }
  }
  return { bare, other };
}

/** Milliseconds of one run. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** The median of the differences pair by pair: what B costs over A, in milliseconds. */
export const overheadMs = ({ bare, other }: Paired): number =>
  median(other.map((ms, index) => ms - (bare[index] ?? 0)));

/** The median of A's time over B's pair by pair: B's speed as a share of A's. */
export const speedShare = ({ bare, other }: Paired): number =>
  median(bare.map((ms, index) => ms / (other[index] ?? 1)));
