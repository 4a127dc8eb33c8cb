import { expect, test } from "bun:test";
import fc from "fast-check";
import { placeOf } from "../../src/core/quota/place";
import { STRATEGY_NAMES, type StrategyName } from "../../src/core/rotation/strategies/name";
import type { StateChange } from "../../src/core/state";
import type { Lease } from "../../src/pool/lease";
import type { AccountEntry } from "../../src/ports/account-store";
import { aRecordOf, HOUR } from "../core/quota/parts";
import { aHealth, aKey, anAccount, NOW } from "../support/builders";
import { holds, LIMIT_MS } from "./runs";
import { type StubWorld, stubWorld } from "./stub-world";

const keys = (priorities: readonly number[]): readonly AccountEntry[] =>
  priorities.map((priority, index) => {
    const id = `a${index}`;
    return { account: anAccount({ id, label: id, quotaProject: id, priority }), credential: aKey(id) };
  });

const worldOf = (priorities: readonly number[], strategy: StrategyName, seed = 1) =>
  stubWorld({ accounts: keys(priorities), policy: { strategy }, seed, says: () => ({ outcome: { kind: "success" } }) });

let asked = 0;
function take(world: StubWorld, sessionId: string, parentSessionId?: string): Lease {
  const parent = parentSessionId === undefined ? {} : { parentSessionId };
  const call = { model: "m", method: "generateContent", streaming: true, sessionId, ...parent } as const;
  const acquired = world.pool.acquire({
    call,
    model: "m",
    left: new Set(),
    textChars: () => 4,
    requestId: `${++asked}`,
  });
  if (acquired.kind !== "leased") throw new Error("nobody was free");
  return acquired.lease;
}

function succeed(lease: Lease): void {
  lease.answered(false);
  lease.learn({ kind: "success" }, "google");
  lease.release();
}

const idOf = (lease: Lease) => lease.entry.account.id;

const countsOf = (world: StubWorld, ids: readonly string[]): readonly number[] =>
  world.store.current().entries.map(({ account }) => ids.filter((id) => id === account.id).length);

/** Conversations that begin one after the other, some a child of an earlier one; some calls end in between. */
const aRush = fc.record({
  priorities: fc.array(fc.nat(1), { minLength: 2, maxLength: 8 }),
  strategy: fc.constantFrom(...STRATEGY_NAMES),
  steps: fc.array(
    fc.record({
      parent: fc.option(fc.nat(9), { nil: undefined }),
      ends: fc.array(fc.nat(99), { maxLength: 3 }),
      waitMs: fc.nat(2_000),
    }),
    { minLength: 1, maxLength: 40, size: "max" },
  ),
});
const BUSY_STEP = 2;

test(
  "a new conversation goes to the lowest priority, a child not to its parent, nobody to one who is a step busier",
  () =>
    holds(
      fc.asyncProperty(aRush, async ({ priorities, strategy, steps }) => {
        const world = worldOf(priorities, strategy);
        const open: Lease[] = [];
        const homes: string[] = [];
        const lowest = keys(priorities).filter(({ account }) => account.priority === Math.min(...priorities));
        for (const [index, { parent, ends, waitMs }] of steps.entries()) {
          await world.clock.advance(waitMs);
          const parentHome = parent === undefined ? undefined : homes[parent];
          const before = lowest
            .map(({ account }) => ({ id: account.id, step: Math.floor(world.pool.inFlight(account.id) / BUSY_STEP) }))
            .filter(({ id }) => lowest.length === 1 || id !== parentHome);
          const lease = take(world, `s${index}`, parent === undefined ? undefined : `s${parent}`);
          const found = before.find(({ id }) => id === idOf(lease));
          expect(found?.step).toBe(Math.min(...before.map(({ step }) => step)));
          homes.push(idOf(lease));
          lease.answered(false);
          open.push(lease);
          for (const end of ends) {
            const [ended] = open.splice(end % Math.max(1, open.length), 1);
            ended?.learn({ kind: "success" }, "google");
            ended?.release();
          }
        }
      }),
      60,
    ),
  LIMIT_MS,
);

test(
  "equal accounts get equally many conversations, but by `sequential`, which fills one after the other, and by lot",
  () =>
    holds(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom<StrategyName>("expiring-first", "least-used", "round-robin", "sequential"),
        fc.array(fc.nat(2_000), { minLength: 1, maxLength: 40 }),
        async (accountCount, strategy, waits) => {
          const world = worldOf(Array<number>(accountCount).fill(0), strategy);
          const ids: string[] = [];
          for (const [index, waitMs] of waits.entries()) {
            await world.clock.advance(waitMs);
            const lease = take(world, `s${index}`);
            ids.push(idOf(lease));
            succeed(lease);
          }
          const counts = countsOf(world, ids);
          if (strategy === "sequential") expect(counts[0]).toBe(waits.length);
          else expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        },
      ),
      60,
    ),
  LIMIT_MS,
);

const DRAWS = 500;

/** How many of many new conversations each gets; they end at once and teach nothing, so that the odds stay. */
function lots(world: StubWorld): readonly number[] {
  const ids = Array.from({ length: DRAWS }, (_, index) => {
    const lease = take(world, `s${index}`);
    lease.release();
    return idOf(lease);
  });
  return countsOf(world, ids);
}

/** Each count within five standard deviations of what its weight makes it expect. */
function isFair(counts: readonly number[], weights: readonly number[]): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    const share = weight / total;
    const off = Math.abs((counts[index] ?? 0) - DRAWS * share);
    expect(off).toBeLessThanOrEqual(5 * Math.sqrt(DRAWS * share * (1 - share)) + 1e-9);
  }
}

const aFraction = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10);
const setHealth = (successFraction: number, index: number): StateChange => ({
  type: "health.set",
  health: aHealth({ accountId: `a${index}`, successFraction, updatedAt: NOW }),
});

test(
  "by lot everybody gets as much as its health weighs, and where little is left anywhere as much as is left and healthy",
  () =>
    holds(
      fc.property(
        fc.array(fc.record({ success: aFraction, left: aFraction }), { minLength: 2, maxLength: 5 }),
        fc.boolean(),
        fc.nat(999),
        (given, isLow, seed) => {
          const world = worldOf(Array<number>(given.length).fill(0), isLow ? "round-robin" : "health-weighted", seed);
          const fractions = given.map(({ left }) => (isLow ? left / 5 : left));
          world.state.apply(given.map(({ success }, index) => setHealth(success, index)));
          world.state.apply(fractions.map((fraction, index) => setReading(world, fraction, index)));
          // 40 % success, 30 % what is left; nobody is slow and nobody pauses.
          const healths = given.map(({ success }, index) => 0.4 * success + 0.3 * (fractions[index] ?? 1) + 0.3);
          const isSpent = (index: number) => (fractions[index] ?? 1) <= 0;
          const isAnyLeft = fractions.some((fraction) => fraction > 0);
          const weights = healths.map((health, index) => {
            if (isSpent(index) && isAnyLeft) return 0;
            return isLow || isAllLow(fractions) ? health * (fractions[index] ?? 0) : health;
          });
          fc.pre(weights.some((weight) => weight > 0));
          isFair(lots(world), weights);
        },
      ),
      25,
    ),
  LIMIT_MS,
);

const isAllLow = (fractions: readonly number[]): boolean => {
  const open = fractions.filter((fraction) => fraction > 0);
  return open.every((fraction) => fraction <= 0.2);
};

function setReading(world: StubWorld, remainingFraction: number, index: number): StateChange {
  const account = world.store.current().entries[index]?.account ?? anAccount();
  const reading = { remainingFraction, observedAt: NOW, resetAt: NOW + 3 * HOUR, countAt: 0 };
  return { type: "quota.learnt", record: aRecordOf(placeOf(account, "m"), { reading }) };
}
