import { expect, test } from "bun:test";
import { rollUp, usageOf } from "../../src/core/usage";
import { aUsage, NOW } from "../support/builders";

const usage = { inputTokens: 3, outputTokens: 2, cachedTokens: 1, thoughtTokens: 4 };

test("a success counts with its tokens, in the hour it happened", () => {
  const [change] = usageOf("a", "m", { kind: "success", usage }, NOW + 61_000);
  expect(change).toEqual({
    type: "usage.added",
    usage: { accountId: "a", model: "m", hourAt: NOW, requests: 1, ok: 1, failed: 0, ...usage },
  });
});

test("a failure counts as one; what was given up counts where Google was answering, with what it wrote so far", () => {
  const failed = usageOf("a", "m", { kind: "transient", cause: "server", status: 503, sentence: "" }, NOW);
  expect(failed).toMatchObject([{ usage: { requests: 1, ok: 0, failed: 1, inputTokens: 0 } }]);
  expect(usageOf("a", "m", { kind: "aborted" }, NOW)).toEqual([]);
  const givenUp = usageOf("a", "m", { kind: "aborted", hasBegun: true, usage }, NOW);
  expect(givenUp).toMatchObject([{ usage: { requests: 1, ok: 0, failed: 0, ...usage } }]);
});

const HOUR = 3_600_000;
/** Eight hours behind UTC: NOW is 4:00 in California. */
const at = (hours: number, more: Partial<ReturnType<typeof aUsage>> = {}) =>
  aUsage({ hourAt: NOW + hours * HOUR, ...more });

test("hours add up to days of California, the latest first", () => {
  const entries = [at(0), at(-4), at(-5), at(-5), at(-28), at(-29)];
  const days = rollUp(entries, "day").map(({ from, requests }) => [(from - NOW) / HOUR, requests]);
  expect(days).toEqual([
    [-4, 2],
    [-28, 3],
    [-52, 1],
  ]);
});

test("the day on which the clocks go back has 25 hours", () => {
  // 1 Nov 2026: midnight is 7:00 UTC, the next one 8:00 UTC.
  const midnight = Date.UTC(2026, 10, 1, 7);
  const hours = Array.from({ length: 26 }, (_, hour) => aUsage({ hourAt: midnight + hour * HOUR }));
  expect(rollUp(hours, "day").map(({ requests }) => requests)).toEqual([1, 25]);
});

test("accounts and models stay apart, and nothing is lost on the way to a total", () => {
  const entries = [at(0), at(-9), at(-9, { model: "b" }), at(-900, { accountId: "z" })];
  expect(
    rollUp(entries, "total").map(({ from, accountId, model, requests }) => [from, accountId, model, requests]),
  ).toEqual([
    [0, "a1", "b", 1],
    [0, "a1", "gemini-2.5-pro", 2],
    [0, "z", "gemini-2.5-pro", 1],
  ]);
  for (const grain of ["hour", "day", "total"] as const) {
    expect(rollUp(entries, grain).reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(40);
  }
});
