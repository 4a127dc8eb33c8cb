import { expect, test } from "bun:test";
import { probeInTime } from "../../src/enrol/timed-probe";
import type { KeyProbe } from "../../src/ports/upstream";
import { fakeClock } from "../support/fake-clock";

/** Never answers by itself; an abort ends it as it ends fetch. */
const silent: KeyProbe = {
  probe: (_, how) =>
    new Promise((resolve) => {
      const signal = how instanceof AbortSignal ? how : how?.signal;
      signal?.addEventListener("abort", () => resolve({ kind: "refused", outcome: { kind: "aborted" } }));
    }),
};

test("an answer in time is passed on, and no timer is left", async () => {
  const clock = fakeClock();
  expect(await probeInTime("k", { probe: { probe: async () => ({ kind: "valid" }) }, clock })).toEqual({
    kind: "valid",
  });
  expect(clock.pending()).toBe(0);
});

test("silence ends after 15 s, as a time-out and not as a change of mind", async () => {
  const clock = fakeClock();
  const asked = probeInTime("k", { probe: silent, clock });
  await clock.advance(15_000);
  expect(await asked).toMatchObject({ outcome: { kind: "timeout", sentence: "Google did not answer within 15 s" } });
});

test("the caller's own time limit reads the same; giving up is giving up", async () => {
  const late = AbortSignal.abort(new DOMException("too late", "TimeoutError"));
  const left = AbortSignal.abort();
  const probe = { probe: async () => ({ kind: "refused", outcome: { kind: "aborted" } }) as const };
  expect(await probeInTime("k", { probe, clock: fakeClock(), signal: late })).toMatchObject({
    outcome: { kind: "timeout" },
  });
  expect(await probeInTime("k", { probe, clock: fakeClock(), signal: left })).toMatchObject({
    outcome: { kind: "aborted" },
  });
});
