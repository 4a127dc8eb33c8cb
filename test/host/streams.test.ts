import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { keyAccount } from "../support/google-world";
import { hostWorld } from "../support/host-world";

const { world, cleanUp } = hostWorld();
afterAll(cleanUp);
const isLong = process.env["POOL_TEST_LONG"] === "1";
/** Long enough for the host to come back twice; the long run waits until it gives up by itself. */
const WATCH_MS = isLong ? 110_000 : 24_000;
/** Two attempts here and one elsewhere, times the host's own: three in the short run, six when it gives up; titles beside. */
const BOUND = isLong ? 36 : 18;
const ALLOWED_MS = WATCH_MS + 20_000;

/** Answers that make a bare google provider call again for ever, about five times a second. */
const ENDLESS = ["no-finish", "mid-error", "empty", "prompt-blocked", "html", "other"] as const;

describe("an answer without a recognised end", () => {
  const seen = new Map<string, string[]>();

  beforeAll(async () => {
    const accounts = [keyAccount("one"), keyAccount("two")];
    const watch = async (answer: string) => {
      const scenario = { faults: [{ on: { path: "generate" as const }, answer }] };
      const { home, calls } = await world({ accounts, scenario });
      await home.opencode(["run", "-m", "google/gemini-2.5-flash", "hello"], WATCH_MS);
      seen.set(answer, calls());
    };
    await Promise.all(ENDLESS.map(watch));
  }, ALLOWED_MS);

  for (const answer of ENDLESS) {
    test(`${answer}: costs a bounded number of calls`, () => {
      const calls = seen.get(answer) ?? [];
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.length).toBeLessThanOrEqual(BOUND);
    });
  }
});

test("a blocked prompt is said as such and ends after one call", async () => {
  const scenario = { faults: [{ on: { model: "gemini-2.5-flash" }, answer: "prompt-blocked" }] };
  const { home, calls } = await world({ accounts: [keyAccount("one")], scenario });
  const { stderr, exitCode } = await home.opencode(["run", "-m", "google/gemini-2.5-flash", "hello"]);
  expect(stderr).toContain("content filter");
  expect(exitCode).toBe(1);
  expect(calls().filter((call) => call.includes("gemini-2.5-flash:")).length).toBe(1);
});
