import { expect, test } from "bun:test";
import type { PoolEvent } from "../../src/core/event";
import { eventLine } from "../../src/view/events";
import { aCooldown, NOW } from "../support/builders";

const words = {
  labelOf: (id: string) => ({ a1: "side project", a2: "work seat" })[id],
  offsetMs: () => 3_600_000,
};
const line = (event: PoolEvent) => eventLine(event, words);
const at = NOW + 7_000;

test("every event is one line with the local time to the second and names instead of ids", () => {
  expect([
    line({ type: "account.picked", at, accountId: "a1", model: "gemini-2.5-pro", because: { kind: "only" } }),
    line({ type: "account.switched", at, from: "a1", to: "gone", because: { kind: "unspent" } }),
    line({ type: "attempt.settled", at, accountId: "a2", outcome: "limited", status: 429 }),
    line({ type: "attempt.settled", at, accountId: "a2", outcome: "success", status: 200 }),
    line({ type: "account.cooled", at, cooldown: aCooldown() }),
    line({
      type: "account.cooled",
      at,
      cooldown: aCooldown({ scope: { kind: "backend", backend: "vertex" }, source: "estimate", reason: "outage" }),
    }),
    line({
      type: "account.parked",
      at,
      accountId: "a1",
      label: "side project",
      state: "billing",
      sentence: "Pay first.",
      url: "https://example.test/pay",
    }),
    line({ type: "attempt.settled", at, accountId: "a2", outcome: "limited", status: 404 }),
    line({ type: "token.refreshed", at, accountId: "a2" }),
    line({ type: "request.refused", at, because: "all are resting", until: NOW + 60_000 }),
    line({ type: "storage.degraded", at, sentence: "The disk is full." }),
  ]).toEqual([
    "2026-11-20 13:00:07 side project was picked for gemini-2.5-pro: the only one that can answer",
    "2026-11-20 13:00:07 side project handed over to gone: all others have used up their quota",
    "2026-11-20 13:00:07 work seat: a limit was reached (HTTP 429)",
    "2026-11-20 13:00:07 work seat: answered",
    "2026-11-20 13:00:07 gemini-2.5-pro of side project rests until 2026-11-20 13:01:00: rate limit reached",
    "2026-11-20 13:00:07 everything on vertex rests until 2026-11-20 13:01:00: Google does not answer, by our own estimate",
    "2026-11-20 13:00:07 side project waits for a person: billing needs attention. Pay first. https://example.test/pay",
    "2026-11-20 13:00:07 work seat: does not have this model (HTTP 404)",
    "2026-11-20 13:00:07 work seat: login renewed",
    "2026-11-20 13:00:07 nobody could answer: all are resting, until 2026-11-20 13:01:00",
    "2026-11-20 13:00:07 The disk is full.",
  ]);
});

test("what a label or a newer version holds cannot break the terminal or the list", () => {
  const parked = {
    type: "account.parked" as const,
    at,
    accountId: "a1",
    label: "evil\u001b[2J\nlabel",
    state: "billing" as const,
    sentence: "",
  };
  expect(line(parked)).not.toMatch(/[\u001b\n]/);
  expect(line({ type: "sun.rose", at } as unknown as PoolEvent)).toBe("2026-11-20 13:00:07 sun.rose");
  expect(line({ type: "token.refreshed", at: 1e300, accountId: "a1" })).toBe("? side project: login renewed");
});
