import { expect, test } from "bun:test";
import { accountsOf } from "../../../src/simulator/run/accounts";
import { Ledger } from "../../../src/simulator/run/ledger";
import type { Plan } from "../../../src/simulator/run/plan";
import { createSimulatedProbe } from "../../../src/simulator/run/probe";
import { createSupply } from "../../../src/simulator/run/supply";
import { FAKE_START, fakeClock } from "../../support/fake-clock";

const PLAN: Plan = {
  name: "x",
  durationSeconds: 60,
  accounts: [
    { label: "seat", backend: "code-assist", quotas: [{ model: "pro", rpd: 10, usedToday: 2, dayEndsInSeconds: 600 }] },
    { label: "key", quotas: [{ rpd: 10 }] },
  ],
  workload: { callers: 1 },
};
const ACCESS = { kind: "bearer", token: "simulated" } as const;

test("a seat can be asked what is left, per kind of model; a key cannot", async () => {
  const clock = fakeClock();
  const accounts = accountsOf(PLAN, FAKE_START);
  const supply = createSupply({ plan: PLAN, accounts, startsAt: FAKE_START, now: clock.now, events: new Ledger() });
  const models = ["gemini-2.5-pro", "gemini-3-pro-preview", "gemini-2.5-flash"];
  const probe = createSimulatedProbe({ accounts, supply, clock, models });
  const [seat, key] = accounts.all;
  if (!seat || !key) throw new Error("two accounts are in the plan");
  supply.judge({ account: seat, model: "gemini-2.5-pro", inputTokens: 1, networkMs: 50 });
  expect(await clock.finish(probe.probe(seat.entry.account, ACCESS))).toEqual([
    { group: "pro", remainingFraction: 0.7, remainingCount: 7, resetAt: FAKE_START + 600_000 },
  ]);
  expect(await probe.probe(key.entry.account, ACCESS)).toEqual([]);
});
