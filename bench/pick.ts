import type { Account } from "../src/core/account";
import type { QuotaStanding } from "../src/core/quota/standing";
import { Candidate, type CandidateFacts } from "../src/core/rotation/candidate";
import { pick } from "../src/core/rotation/pick";
import { STRATEGY_NAMES, type StrategyName } from "../src/core/rotation/strategies/name";
import { anAccount, NOW } from "../test/support/builders";
import { seededChance } from "../test/support/seeded-chance";

const ACCOUNTS = 1_000;
const TARGET_MICROS = 100;
const WARM_UP_PICKS = 3_000;
const PICKS = 3_000;

interface Entrant {
  readonly account: Account;
}

interface Crowd {
  readonly entrants: readonly Entrant[];
  readonly facts: CandidateFacts<Entrant>;
}

/**
 * A busy pool of keys: a tenth has a call out, a fifth took a conversation lately, every quota is known and resets at the
 * same midnight. For the default strategy that is the dearest case there is: nobody drops out until the very end.
 */
function crowd(): Crowd {
  const { random } = seededChance(7);
  const entrants = Array.from({ length: ACCOUNTS }, (_, index) => ({ account: anAccount({ id: `account-${index}` }) }));
  const each = <T>(step: number, make: () => T) =>
    new Map(entrants.filter((_, index) => index % step === 0).map(({ account }): [string, T] => [account.id, make()]));
  const inFlight = each(10, () => 1);
  const recent = each(5, () => 1 + Math.floor(random() * 2));
  const usedAt = each(1, () => NOW - Math.floor(random() * 3_600_000));
  const health = each(1, () => 0.5 + random() / 2);
  const standings = each(
    1,
    (): QuotaStanding => ({
      remainingFraction: 0.3 + random() / 2,
      isKnown: true,
      resetAt: NOW + 3_600_000,
      usedCount: Math.floor(random() * 20),
      fullUntil: undefined,
      isSpent: false,
      isPresumedSpent: false,
      tooLargeFor: undefined,
    }),
  );
  const facts: CandidateFacts<Entrant> = {
    inFlightCount: ({ account }) => inFlight.get(account.id) ?? 0,
    lastUsedAt: ({ account }) => usedAt.get(account.id) ?? 0,
    recentSessionCount: ({ account }) => recent.get(account.id) ?? 0,
    standing: ({ account }) => standings.get(account.id)!,
    health: ({ account }) => health.get(account.id) ?? 1,
  };
  return { entrants, facts };
}

/** Microseconds of each pick, the candidates' making included, fastest first. */
function pickTimes(strategy: StrategyName, tolerance: number): readonly number[] {
  const { entrants, facts } = crowd();
  const { random } = seededChance();
  const once = () => {
    const began = performance.now();
    const candidates = entrants.map((entrant, position) => new Candidate(entrant, position, facts));
    pick(candidates, { now: NOW, random: random(), strategy, tolerance });
    return (performance.now() - began) * 1_000;
  };
  for (let turn = 0; turn < WARM_UP_PICKS; turn++) once();
  return Array.from({ length: PICKS }, once).sort((a, b) => a - b);
}

/** One strategy's line. A pick is too short to set a neighbour's work off by pairs as elsewhere, so the fastest tenth counts. */
function row(strategy: StrategyName, tolerance: number) {
  const times = pickTimes(strategy, tolerance);
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(0);
  const micros = Number(at(0.1));
  const name = tolerance > 0 ? `${strategy}, tolerance ${tolerance}` : strategy;
  return {
    what: `pick among 1,000 accounts (${name})`,
    micros,
    figure: `${micros} µs`,
    noise: `median ${at(0.5)} µs`,
    target: `≤ ${TARGET_MICROS} µs`,
    met: micros <= TARGET_MICROS,
  };
}

/** Every strategy's line. */
const rows = () => [...STRATEGY_NAMES.map((strategy) => row(strategy, 0)), row("least-used", 5)];

/** The line of the dearest strategy, for the table of all benches. */
export function pickRow() {
  const [dearest] = rows().sort((a, b) => b.micros - a.micros);
  if (!dearest) throw new Error("there is no strategy");
  return dearest;
}

if (import.meta.main) {
  console.log(`Making the candidates and picking one, fastest tenth of ${PICKS}, Bun ${Bun.version}\n`);
  for (const { what, figure, noise, target, met } of rows()) {
    console.log(
      `${what.padEnd(56)}${figure.padEnd(10)}${noise.padEnd(16)}${target.padEnd(12)}${met ? "met" : "MISSED"}`,
    );
  }
}
