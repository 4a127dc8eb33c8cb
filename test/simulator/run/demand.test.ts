import { describe, expect, test } from "bun:test";
import { drawn, drawnCount, namedChance } from "../../../src/simulator/run/chance";
import { createDemand } from "../../../src/simulator/run/demand";
import type { Plan } from "../../../src/simulator/run/plan";
import type { Turn } from "../../../src/simulator/run/turn";

const PLAN: Plan = {
  name: "x",
  durationSeconds: 60,
  accounts: [{ label: "a" }],
  workload: {
    callers: 1,
    turns: { from: 2, to: 4 },
    thinkSeconds: { from: 1, to: 9 },
    models: ["pro", "flash", "flash"],
    inputTokens: { from: 10, to: 20 },
    subagents: { fraction: 0.5, conversations: { from: 1, to: 2 }, turns: 1 },
  },
};

const turnsOf = (plan: Plan, index: number): readonly Turn[] => [
  ...createDemand(plan).conversation("caller-0", index).turns,
];
const plain = (turns: readonly Turn[]) =>
  turns.map(({ children, ...rest }) => ({ ...rest, children: children.map(({ sessionId }) => sessionId) }));

describe("a conversation", () => {
  test("takes place the same way whenever it is begun", () => {
    const demand = createDemand(PLAN);
    const later = [5, 3, 4].map((index) => plain([...demand.conversation("caller-0", index).turns]))[1];
    expect(later).toEqual(plain(turnsOf(PLAN, 3)));
    expect(plain(turnsOf({ ...PLAN, seed: 2 }, 3))).not.toEqual(plain(turnsOf(PLAN, 3)));
  });

  test("keeps within its spreads, on one model, its subagents under it and without any of their own", () => {
    const all = Array.from({ length: 300 }, (_, index) => turnsOf(PLAN, index));
    for (const turns of all) {
      expect(turns.length).toBeGreaterThanOrEqual(2);
      expect(turns.length).toBeLessThanOrEqual(4);
      expect(new Set(turns.map(({ model }) => model)).size).toBe(1);
      for (const { inputTokens, thinkMs, children, sessionId } of turns) {
        expect([inputTokens >= 10 && inputTokens <= 20, thinkMs >= 1000 && thinkMs <= 9000]).toEqual([true, true]);
        for (const child of children) {
          const inner = [...child.turns];
          expect(inner.map((turn) => [turn.parentSessionId, turn.children])).toEqual([[sessionId, []]]);
        }
      }
    }
    const flat = all.flat();
    const share = (of: (turn: Turn) => boolean) => flat.filter(of).length / flat.length;
    expect(share(({ children }) => children.length > 0)).toBeCloseTo(0.5, 1);
    expect(share(({ model }) => model === "flash")).toBeCloseTo(2 / 3, 1);
    expect(new Set(flat.map(({ inputTokens }) => inputTokens)).size).toBe(11);
  });

  test("time passes in it even where nothing takes any", () => {
    const workload = { ...PLAN.workload, thinkSeconds: 0, firstOutputSeconds: 0, answerSeconds: 0 };
    for (const { thinkMs } of turnsOf({ ...PLAN, networkMs: 0, workload }, 0)) expect(thinkMs).toBe(1);
  });
});

describe("chance by name", () => {
  test("is even, and another for each name", () => {
    const chance = namedChance("one");
    const draws = Array.from({ length: 10_000 }, () => chance.random());
    const mean = draws.reduce((sum, each) => sum + each, 0) / draws.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(namedChance("two").random()).not.toBe(namedChance("one").random());
    expect([chance.id(), chance.id()]).toEqual(["one-1", "one-2"]);
  });

  test("both ends of a count are drawn, and a single number is what it says", () => {
    const ends = [0, 0.999_999].map((value) => drawnCount({ from: 2, to: 5 }, { random: () => value }));
    expect(ends).toEqual([2, 5]);
    expect(drawn(7.5, { random: () => 0.3 })).toBe(7.5);
  });
});
