import { expect, test } from "bun:test";
import fc from "fast-check";
import { aCooldown, aKey, anAccount, NOW } from "../support/builders";
import { aFailure, type Said, saysAt } from "./outcomes";
import { holds, LIMIT_MS } from "./runs";
import { stubWorld } from "./stub-world";

const scope = { kind: "quota", quotaScope: "gemini-api/account-a1", group: "m" } as const;
const halfOpen = aCooldown({ scope, reason: "unexplained", source: "estimate", since: NOW - 9, until: NOW });
const OK: Said = { outcome: { kind: "success" }, tookMs: 0 };

/** How long a request waits in sum that finds another's probe out for `probeMs`, and then these answers. */
async function waitedBehind(probeMs: number, answers: readonly Said[]): Promise<number> {
  let turn = 0;
  const { clock, state, start, calls } = stubWorld({
    accounts: [{ account: anAccount(), credential: aKey() }],
    says: ({ request, at }) =>
      request === 1 ? saysAt({ ...OK, tookMs: probeMs }, at) : saysAt(answers[turn++ % answers.length] ?? OK, at),
  });
  state.apply([{ type: "cooldown.set", cooldown: halfOpen }]);
  const probe = start({ session: "s" });
  await clock.advance(0);
  const began = clock.now();
  await clock.finish(start({ session: "t" }), 3_600_000);
  const tookMs = clock.now() - began;
  await clock.finish(probe, 3_600_000);
  const own = calls.filter(({ request }) => request === 2);
  return tookMs - own.reduce((sum, call) => sum + call.answeredAt - call.at, 0);
}

test(
  "a request waits 30 s at most in all: for another's probe, a stated time, a busy model and a dead network",
  () =>
    holds(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 25_000, max: 30_000 })),
        fc.array(aFailure, { minLength: 1, maxLength: 7 }),
        async (probeMs, answers) => expect(await waitedBehind(probeMs, answers)).toBeLessThanOrEqual(30_000),
      ),
      60,
    ),
  LIMIT_MS,
);

test("a busy model is not waited for on top of that", async () => {
  const busy: Said = {
    outcome: { kind: "capacity", detailed: true, status: 503, sentence: "busy" } as Said["outcome"],
    tookMs: 0,
  };
  expect(await waitedBehind(29_000, [busy])).toBeLessThanOrEqual(30_000);
});
