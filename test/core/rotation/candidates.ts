import type { Account } from "../../../src/core/account";
import type { QuotaStanding } from "../../../src/core/quota/standing";
import { Candidate, type CandidateFacts } from "../../../src/core/rotation/candidate";
import type { PickContext } from "../../../src/core/rotation/criterion";
import { type Pick, pick } from "../../../src/core/rotation/pick";
import { anAccount, NOW } from "../../support/builders";

export const HOUR = 3_600_000;

/** Nobody knows anything of its quota. */
export const UNKNOWN: QuotaStanding = {
  remainingFraction: 1,
  isKnown: false,
  resetAt: undefined,
  usedCount: 0,
  fullUntil: undefined,
  isSpent: false,
  isPresumedSpent: false,
  tooLargeFor: undefined,
};

/** An account and all that a choice could want to know of it. */
export interface Player {
  readonly account: Account;
  readonly inFlightCount: number;
  readonly lastUsedAt: number;
  readonly recentSessionCount: number;
  readonly standing: QuotaStanding;
  readonly healthFraction: number;
}

type Traits = Partial<Omit<Player, "account" | "standing"> & QuotaStanding> & { readonly priority?: number };

/** An idle account of which nothing is known but what is said. Its quota is known where anything of it is said. */
export function player(id: string, traits: Traits = {}): Player {
  const {
    priority = 0,
    inFlightCount = 0,
    lastUsedAt = 0,
    recentSessionCount = 0,
    healthFraction = 1,
    ...quota
  } = traits;
  const standing = { ...UNKNOWN, isKnown: Object.keys(quota).length > 0, ...quota };
  const account = anAccount({ id, label: id, priority });
  return { account, inFlightCount, lastUsedAt, recentSessionCount, healthFraction, standing };
}

type Asked = keyof CandidateFacts<Player>;

/** Facts that remember what of whom they were asked, as "standing a". */
export function recordingFacts(): { readonly facts: CandidateFacts<Player>; readonly asked: string[] } {
  const asked: string[] = [];
  const note = <T>(what: Asked, { account }: Player, value: T): T => {
    asked.push(`${what} ${account.id}`);
    return value;
  };
  const facts: CandidateFacts<Player> = {
    inFlightCount: (who) => note("inFlightCount", who, who.inFlightCount),
    lastUsedAt: (who) => note("lastUsedAt", who, who.lastUsedAt),
    recentSessionCount: (who) => note("recentSessionCount", who, who.recentSessionCount),
    standing: (who) => note("standing", who, who.standing),
    health: (who) => note("health", who, who.healthFraction),
  };
  return { facts, asked };
}

/** The players as candidates, in this order. */
export const candidatesOf = (players: readonly Player[], facts = recordingFacts().facts): readonly Candidate[] =>
  players.map((each, position) => new Candidate(each, position, facts));

/** A new conversation of a user who has chosen nothing. */
export const aContext = (more: Partial<PickContext> = {}): PickContext => ({
  now: NOW,
  random: 0.5,
  strategy: "expiring-first",
  tolerance: 0,
  ...more,
});

/** Who is picked, and why. */
export const choose = (players: readonly Player[], context: Partial<PickContext> = {}): Pick | undefined =>
  pick(candidatesOf(players), aContext(context));

/** Who is picked. */
export const winnerOf = (players: readonly Player[], context: Partial<PickContext> = {}): string | undefined =>
  choose(players, context)?.account.id;
