import { pick } from "../../../src/core/rotation/pick";
import { createRecentSessions } from "../../../src/core/rotation/recent";
import type { StrategyName } from "../../../src/core/rotation/strategies/name";
import { NOW } from "../../support/builders";
import { seededChance } from "../../support/seeded-chance";
import { aContext, candidatesOf, type Player, player } from "./candidates";

interface Placing {
  readonly strategy: StrategyName;
  readonly sessions: number;
  readonly accounts: number;
  /** All calls are out at once; otherwise each has ended before the next begins. */
  readonly areHeld: boolean;
  /** The account that the parent of all of them lives on. */
  readonly parent?: number;
  readonly seed?: number;
}

const idOf = (position: number) => `account-${position}`;

/** New conversations come one second apart to accounts that are equal at first; returns where each one went, by position. */
export function place({ strategy, sessions, accounts, areHeld, parent, seed = 1 }: Placing): readonly number[] {
  const { random } = seededChance(seed);
  const recent = createRecentSessions();
  const pending = new Map<string, string>();
  const places: number[] = [];
  for (let session = 0; session < sessions; session++) {
    const now = NOW + session * 1_000;
    const taken = recent.counts(now, pending);
    const players = Array.from({ length: accounts }, (_, position): Player => {
      const used = places.filter((place) => place === position).length;
      const lastUsedAt = NOW + places.lastIndexOf(position) * 1_000;
      const recentSessionCount = taken.get(idOf(position)) ?? 0;
      const inFlightCount = areHeld ? used : 0;
      return player(idOf(position), { usedCount: used, lastUsedAt, recentSessionCount, inFlightCount });
    });
    const lastPosition = places.at(-1);
    const chosen = pick(candidatesOf(players), {
      ...aContext({ strategy, now, random: random(), tolerance: 0 }),
      ...(parent === undefined ? {} : { parentAccountId: idOf(parent) }),
      ...(lastPosition === undefined ? {} : { lastPosition }),
    });
    if (!chosen) return places;
    places.push(chosen.position);
    if (areHeld) pending.set(`session-${session}`, chosen.account.id);
    else recent.bound(`session-${session}`, chosen.account.id, now);
  }
  return places;
}

/** How many each account got. */
export const perAccount = (places: readonly number[], accounts: number): readonly number[] =>
  Array.from({ length: accounts }, (_, position) => places.filter((place) => place === position).length);
