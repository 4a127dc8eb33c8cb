import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Failure, Outcome } from "../../../src/core/outcome";
import { beginning, type DecideContext, decide, type Progress, type Verdict } from "../../../src/core/retry/decide";
import { NOW } from "../../support/builders";

const said = { status: 429, sentence: "" };
const context: DecideContext = {
  now: NOW,
  random: 0.5,
  othersUsable: true,
  onBoundAccount: true,
  canRefresh: false,
  canRepair: true,
  unsent: false,
  resting: false,
  logins: { waitedMs: 0, areLeft: false },
  probing: false,
};
const next = (outcome: Outcome, progress: Partial<Progress> = {}, more: Partial<DecideContext> = {}): Verdict =>
  decide(outcome, { ...beginning, ...progress }, { ...context, ...more });
const limited = (until?: number, detailed = true): Failure => ({
  kind: "limited",
  scope: "quota",
  reason: "rate-limit",
  detailed,
  ...said,
  ...(until === undefined ? {} : { until }),
});
const transient: Failure = { kind: "transient", cause: "server", ...said };
const capacity: Failure = { kind: "capacity", detailed: true, ...said };

describe("a limit", () => {
  test("of more than two seconds, or without a time, is left at once and for free", () => {
    for (const until of [NOW + 2_001, undefined]) {
      expect(next(limited(until))).toMatchObject({ kind: "rotate", free: true });
    }
  });

  test("of two seconds or less is sat out on the bound account, once", () => {
    expect(next(limited(NOW + 1_500))).toMatchObject({ kind: "again", delayMs: 1_500, how: "plain" });
    expect(next(limited(NOW + 1_500), { waitedHere: true })).toMatchObject({ kind: "rotate" });
  });

  test("is not sat out by a conversation that does not live there while others are free", () => {
    expect(next(limited(NOW + 500), {}, { onBoundAccount: false })).toMatchObject({ kind: "rotate" });
    const alone = { onBoundAccount: false, othersUsable: false };
    expect(next(limited(NOW + 500), {}, alone)).toMatchObject({ kind: "again" });
  });

  test("without any explanation is bounded", () => {
    expect(next(limited(undefined, false))).toMatchObject({
      kind: "rotate",
      free: false,
      progress: { repeatCount: 1 },
    });
    expect(next(limited(undefined, false), { repeatCount: 5 })).toEqual({ kind: "give-up" });
  });
});

describe("a failing server", () => {
  test("is asked once more here with jitter, then another account is asked", () => {
    const first = next(transient);
    expect(first).toMatchObject({ kind: "again", delayMs: 250 });
    expect(next(transient, { transientCount: 1, repeatCount: 1 })).toMatchObject({ kind: "rotate", free: false });
  });

  test("gets six calls at most", () => {
    expect(next(transient, { repeatCount: 5 })).toEqual({ kind: "give-up" });
  });
});

describe("a busy model", () => {
  test("is asked once elsewhere at once, then waited for 1, 2 and 4 s, then given up", () => {
    expect(next(capacity)).toMatchObject({ kind: "rotate", progress: { capacityCount: 1 } });
    const seen = { capacityCount: 1, repeatCount: 1 };
    expect(next(capacity, seen)).toMatchObject({ kind: "again", delayMs: 500 });
    expect(next(capacity, { ...seen, capacityWaitCount: 2 })).toMatchObject({ kind: "again", delayMs: 2_000 });
    expect(next(capacity, { ...seen, capacityWaitCount: 3 })).toEqual({ kind: "give-up" });
  });
});

describe("an empty answer", () => {
  const empty: Failure = { kind: "transient", cause: "empty", ...said };
  test("is asked for once more here, once elsewhere, then given up", () => {
    expect(next(empty)).toMatchObject({ kind: "again" });
    expect(next(empty, { emptyCount: 1, repeatCount: 1 })).toMatchObject({ kind: "rotate" });
    expect(next(empty, { emptyCount: 2, repeatCount: 2 })).toEqual({ kind: "give-up" });
  });
});

describe("one-time remedies", () => {
  test("a refused token is refreshed once", () => {
    const unauthorized: Failure = { kind: "unauthorized", ...said };
    expect(next(unauthorized, {}, { canRefresh: true })).toMatchObject({ kind: "again", how: "refresh" });
    expect(next(unauthorized, { refreshed: true }, { canRefresh: true })).toMatchObject({ kind: "rotate" });
    expect(next(unauthorized)).toMatchObject({ kind: "rotate" });
  });

  test("a refused signature is repaired once, on the same account", () => {
    expect(next({ kind: "signature", ...said })).toMatchObject({ kind: "again", how: "repair" });
    expect(next({ kind: "signature", ...said }, { repaired: true })).toEqual({ kind: "give-up" });
  });
});

test("a bad request, a ban, a refused network, a broken machine and a timeout end the request", () => {
  for (const kind of ["rejected", "banned", "egress", "machine", "timeout"] as const) {
    expect(next({ kind, ...said })).toEqual({ kind: "give-up" });
  }
});

test("every sequence of outcomes ends", () => {
  const bounded = fc.constantFrom<Failure>(
    transient,
    capacity,
    limited(NOW + 100),
    limited(undefined, false),
    { kind: "transient", cause: "empty", ...said },
    { kind: "signature", ...said },
    { kind: "unauthorized", ...said },
  );
  fc.assert(
    fc.property(fc.array(bounded, { minLength: 60, maxLength: 60 }), fc.boolean(), (outcomes, othersUsable) => {
      let progress: Progress = beginning;
      let rotations = 0;
      for (const [index, outcome] of outcomes.entries()) {
        const verdict = decide(outcome, progress, { ...context, canRefresh: true, othersUsable });
        if (verdict.kind === "rotate") rotations++;
        // Free rotations end because each benches a scope; three scopes are all there is here.
        if (verdict.kind === "give-up" || verdict.kind === "return" || rotations > 3) return index < 60;
        progress = verdict.progress;
      }
      return false;
    }),
    { seed: 5, numRuns: 500 },
  );
});
