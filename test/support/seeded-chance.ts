import type { Chance } from "../../src/ports/world";

/** The same numbers in every run (mulberry32). Ids count: `id-1`, `id-2`, … */
export function seededChance(seed = 1): Chance {
  let state = seed >>> 0;
  let ids = 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { random, id: () => `id-${++ids}` };
}

/** Always draws `value`. */
export const constantChance = (value: number): Chance => ({ ...seededChance(), random: () => value });
