import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Acquired } from "../../src/pool/account-pool";
import type { Lease } from "../../src/pool/lease";
import type { AccountEntry } from "../../src/ports/account-store";
import { aLogin } from "../support/builders";
import { anAnswer, type Said, saysAt } from "./outcomes";
import { holds, LIMIT_MS, maybe } from "./runs";
import { someAccounts, someState } from "./states";
import { type StubWorld, stubWorld } from "./stub-world";

/** What becomes of a request: it is read to its end, given up after its first piece or half way, or its caller leaves. */
const aRequest = fc.record({
  afterMs: fc.constantFrom(0, 0, 1, 500, 30_000),
  session: maybe(fc.constantFrom("s", "t", "u")),
  model: fc.constantFrom("m", "m", "n"),
  fate: fc.constantFrom("read", "read", "cancel", "cancel later", "abort"),
  abortMs: fc.constantFrom(0, 1, 300, 900, 5_000),
});
type Request = typeof aRequest extends fc.Arbitrary<infer T> ? T : never;

const aCase = someAccounts().chain((entries) =>
  fc.record({
    entries: fc.constant(entries.map(withLogin)),
    before: someState(entries),
    requests: fc.array(aRequest, { minLength: 1, maxLength: 8 }),
    answers: fc.array(fc.oneof({ weight: 9, arbitrary: anAnswer }, { weight: 1, arbitrary: fc.constant(SILENT) }), {
      minLength: 1,
      maxLength: 12,
    }),
    logins: fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }),
  }),
);

/** Longer than any timer of ours. */
const SILENT: Said = { outcome: { kind: "success" }, tookMs: 700_000 };

/** A seat has a token that can be refreshed. */
const withLogin = (entry: AccountEntry): AccountEntry =>
  entry.account.backend === "code-assist" ? { ...entry, credential: aLogin() } : entry;

/** Counts how often each lease is released from now on, and how often it was told what became of a call. */
function watchLeases({ pool }: StubWorld): readonly { released: number; settled: number }[] {
  const seen: { released: number; settled: number }[] = [];
  const acquire = pool.acquire.bind(pool);
  const watched = (lease: Lease): Lease => {
    const told = { released: 0, settled: 0 };
    seen.push(told);
    const release = () => {
      told.released += 1;
      lease.release();
    };
    const learn: Lease["learn"] = (outcome, reach) => {
      // Where the login failed no call was made.
      if (reach !== "login") told.settled += 1;
      lease.learn(outcome, reach);
    };
    return { ...lease, learn, release };
  };
  pool.acquire = (wish): Acquired => {
    const acquired = acquire(wish);
    return acquired.kind === "leased" ? { ...acquired, lease: watched(acquired.lease) } : acquired;
  };
  return seen;
}

/** One request with its fate; what came of it, and how long after its abort. */
async function live(world: StubWorld, { afterMs, fate, abortMs, ...asked }: Request): Promise<string> {
  const { clock } = world;
  const controller = new AbortController();
  await clock.sleep(afterMs);
  let abortedAt = Number.POSITIVE_INFINITY;
  const leave = () => {
    abortedAt = clock.now();
    controller.abort(new DOMException("the caller left", "AbortError"));
  };
  const stay = fate === "abort" ? clock.after(abortMs, leave) : () => {};
  const { session, model } = asked;
  try {
    const reply = await world.start({
      model,
      signal: controller.signal,
      ...(session === undefined ? {} : { session }),
    });
    if (reply.kind !== "answered") return reply.kind;
    if (fate === "cancel") await reply.response.body?.cancel();
    else if (fate === "cancel later") await half(reply.response);
    else await reply.response.text();
    return "answered";
  } catch (error) {
    expect([fate, (error as Error).name]).toEqual(["abort", "AbortError"]);
    expect(clock.now() - abortedAt).toBeLessThanOrEqual(50);
    return "aborted";
  } finally {
    stay();
  }
}

async function half(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
}

test(
  "whatever becomes of the calls, every lease ends once, every attempt is settled once, and nothing is in flight or waits at rest",
  () =>
    holds(
      fc.asyncProperty(aCase, async ({ entries, before, requests, answers, logins }) => {
        let [turn, login] = [0, 0];
        const world = stubWorld({
          accounts: entries,
          says: ({ at }) => saysAt(answers[turn++ % answers.length] ?? SILENT, at),
          login: () => (logins[login++ % logins.length] === 0 ? FAILED_LOGIN : undefined),
        });
        world.state.apply(before);
        const leases = watchLeases(world);
        await world.clock.finish(Promise.all(requests.map((request) => live(world, request))), 4 * 3_600_000);
        await world.clock.advance(0);
        expect(leases.filter(({ released }) => released !== 1)).toEqual([]);
        for (const { account } of entries) expect(world.pool.inFlight(account.id)).toBe(0);
        expect(world.clock.pending()).toBe(0);
        const settledCount = leases.reduce((sum, { settled }) => sum + settled, 0);
        // A refused token that is refreshed has not said its last word.
        expect(settledCount).toBe(world.calls.length - world.refreshed.length);
      }),
      80,
    ),
  LIMIT_MS,
);

const FAILED_LOGIN = { kind: "transient", cause: "network", status: 0, sentence: "no token" } as const;
