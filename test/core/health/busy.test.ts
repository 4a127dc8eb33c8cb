import { describe, expect, test } from "bun:test";
import { busyCooldown, isKnownBusy, wasBusy } from "../../../src/core/health/busy";
import type { Failure } from "../../../src/core/outcome";
import { scopeKey } from "../../../src/core/scope";
import { emptyState, type PoolState } from "../../../src/core/state";
import { NOW } from "../../support/builders";
import { BROKEN } from "./pupil";

const PLACE = { backend: "gemini-api", model: "m" } as const;
const busy = (until?: number): Failure => ({
  kind: "capacity",
  detailed: true,
  status: 503,
  sentence: "busy",
  ...(until === undefined ? {} : { until }),
});
const after = (...outcome: [Failure, number]): PoolState => {
  const cooldown = busyCooldown(PLACE, outcome[0], emptyState(), outcome[1]);
  return { ...emptyState(), cooldowns: new Map([[scopeKey(cooldown.scope), cooldown]]) };
};

describe("a model that is busy", () => {
  test("pauses as long as Google says, else 10 s, whatever it failed with", () => {
    expect(busyCooldown(PLACE, busy(NOW + 40_000), emptyState(), NOW)).toMatchObject({
      scope: { kind: "backend-model", ...PLACE },
      until: NOW + 40_000,
      source: "server",
    });
    for (const outcome of [busy(), BROKEN]) {
      const { until, source } = busyCooldown(PLACE, outcome, emptyState(), NOW);
      expect([until, source]).toEqual([NOW + 10_000, "estimate"]);
    }
  });

  test("pauses longer for a call that began after the last pause, not for one that was under way", () => {
    const state = after(busy(), NOW);
    const later = NOW + 11_000;
    expect(busyCooldown(PLACE, busy(), state, later)).toMatchObject({ step: 2, until: later + 30_000 });
    expect(busyCooldown(PLACE, busy(), state, later, NOW)).toMatchObject({ step: 1, until: later + 10_000 });
  });

  test("is known to be so until its pause is over, and doubted for ten minutes more", () => {
    const state = after(busy(), NOW);
    expect([isKnownBusy(PLACE, state, NOW + 9_999), isKnownBusy(PLACE, state, NOW + 10_000)]).toEqual([true, false]);
    expect([wasBusy(PLACE, state, NOW + 609_999), wasBusy(PLACE, state, NOW + 610_000)]).toEqual([true, false]);
    expect(wasBusy(PLACE, emptyState(), NOW)).toBe(false);
  });
});
