import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { keyAccount } from "../support/google-world";
import { hostWorld } from "../support/host-world";

const { world, cleanUp } = hostWorld();
afterAll(cleanUp);
const isLong = process.env["POOL_TEST_LONG"] === "1";
/** From the first call on: time for the host to come back twice; the long run waits until it gives up by itself. */
const WATCH_MS = isLong ? 110_000 : 9_000;
/** Two attempts here and one elsewhere, times the host's own: three in the short run, six when it gives up; titles beside. */
const BOUND = isLong ? 36 : 18;
const ALLOWED_MS = isLong ? 600_000 : 240_000;

/** Answers that make a bare google provider call again for ever, about five times a second. */
const ENDLESS = ["no-finish", "mid-error", "empty", "prompt-blocked", "html", "other"] as const;

describe("an answer without a recognised end", () => {
  const seen = new Map<string, string[]>();

  async function watch(answer: string): Promise<void> {
    const scenario = { faults: [{ on: { path: "generate" as const }, answer }] };
    const { home, google, calls } = await world({ accounts: [keyAccount("one"), keyAccount("two")], scenario });
    const enough = () => Date.now() - (google.log()[0]?.at ?? Number.POSITIVE_INFINITY) > WATCH_MS;
    await home.opencode(["run", "-m", "google/gemini-2.5-flash", "hello"], { limitMs: ALLOWED_MS, until: enough });
    seen.set(answer, calls());
  }

  // Three at a time: most of it is waiting, but each start of opencode wants a processor.
  beforeAll(async () => {
    await Promise.all(ENDLESS.slice(0, 3).map(watch));
    await Promise.all(ENDLESS.slice(3).map(watch));
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
