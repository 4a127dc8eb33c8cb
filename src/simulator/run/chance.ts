import type { Chance } from "../../ports/world";
import type { Spread } from "./plan";

/** The same numbers for the same name, in every run (mulberry32 after FNV-1a). Not for secrets. */
export function namedChance(name: string): Chance {
  let state = hashOf(name);
  let ids = 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { random, id: () => `${name}-${++ids}` };
}

function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** One number of a spread. Draws exactly once, so that a changed plan changes nothing else. */
export function drawn(spread: Spread, { random }: Pick<Chance, "random">): number {
  const share = random();
  return typeof spread === "number" ? spread : spread.from + (spread.to - spread.from) * share;
}

/** The same as a whole number, both ends equally likely. */
export function drawnCount(spread: Spread, { random }: Pick<Chance, "random">): number {
  const share = random();
  return typeof spread === "number"
    ? Math.round(spread)
    : Math.floor(spread.from + (spread.to - spread.from + 1) * share);
}

/** The middle of a spread. */
export const meanOf = (spread: Spread): number => (typeof spread === "number" ? spread : (spread.from + spread.to) / 2);
