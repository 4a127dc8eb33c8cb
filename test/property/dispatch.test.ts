import { expect, test } from "bun:test";
import fc from "fast-check";
import { quotaScopeOf } from "../../src/core/scope";
import type { AccountEntry } from "../../src/ports/account-store";
import { aFailure, anAnswer, type Said, saysAt } from "./outcomes";
import { holds, LIMIT_MS } from "./runs";
import { someAccounts } from "./states";
import { type SeenCall, type StubWorld, stubWorld } from "./stub-world";

const HOUR = 3_600_000;
const NOTHING: Said = { outcome: { kind: "success" }, tookMs: 0 };

interface Tale {
  readonly entries: readonly AccountEntry[];
  readonly answers: readonly Said[];
}

/** Accounts that can all be asked, and what Google says to one call after the other, whoever makes it. */
const aTale = (answer: fc.Arbitrary<Said>): fc.Arbitrary<Tale> =>
  fc.record({
    entries: someAccounts({ allGood: true }),
    answers: fc.array(answer, { minLength: 1, maxLength: 40 }),
  });

/** A world in which the answers come in turn and then begin anew. */
function worldOf({ entries, answers }: Tale): StubWorld {
  let turn = 0;
  return stubWorld({
    accounts: entries,
    says: ({ at }) => saysAt(answers[turn++ % answers.length] ?? NOTHING, at),
  });
}

/** One request to its end; how long it took. */
async function ask(world: StubWorld, session = "s"): Promise<{ readonly kind: string; readonly tookMs: number }> {
  const began = world.clock.now();
  const reply = await world.clock.finish(world.start({ session }), HOUR);
  const tookMs = world.clock.now() - began;
  if (reply.kind === "answered") await reply.response.text();
  return { kind: reply.kind, tookMs };
}

const outcomeOf = (call: SeenCall) => {
  if (!call.outcome) throw new Error("a request ended before its call did");
  return call.outcome;
};

/** A repeat that was not the leaving of a benched scope, a stated wait, a refreshed token or repaired signatures. */
function isPaid(call: SeenCall): boolean {
  const outcome = outcomeOf(call);
  if (outcome.kind === "transient" || outcome.kind === "capacity" || outcome.kind === "denied") return true;
  return outcome.kind === "limited" && !outcome.detailed;
}

test(
  "every sequence of refusals ends: after five paid repeats, one call per scope, one stated wait and one refresh each",
  () =>
    holds(
      fc.asyncProperty(aTale(aFailure), async (tale) => {
        const world = worldOf(tale);
        const { kind, tookMs } = await ask(world);
        expect(["refused", "rejected"]).toContain(kind);
        expect(world.calls.slice(0, -1).filter(isPaid).length).toBeLessThanOrEqual(5);
        expect(world.calls.length).toBeLessThanOrEqual(1 + 5 + 1 + 3 * tale.entries.length);
        const callsMs = world.calls.reduce((sum, call) => sum + call.answeredAt - call.at, 0);
        expect(tookMs - callsMs).toBeLessThanOrEqual(30_000);
      }),
      100,
    ),
  LIMIT_MS,
);

test(
  "a scope that has benched itself is not asked again by the same request, but for one stated wait of two seconds",
  () =>
    holds(
      fc.asyncProperty(aTale(anAnswer), fc.integer({ min: 1, max: 5 }), async (tale, requestCount) => {
        const world = worldOf(tale);
        for (let count = 0; count < requestCount; count++) await ask(world, `s${count % 2}`);
        for (const [index, refused] of world.calls.entries()) {
          if (!benches(refused)) continue;
          const known = world.calls.slice(0, index + 1);
          const later = world.calls.slice(index + 1).filter(({ request }) => request === refused.request);
          const [first] = later.filter((call) => isOneScope(call, refused, known));
          if (!first) continue;
          expect(isSatOut(first, refused)).toBe(true);
          const earlier = world.calls.slice(0, index).filter(({ request }) => request === refused.request);
          const satOut = earlier.filter((call) => isOneScope(call, refused, known) && isSatOut(refused, call));
          expect(satOut.filter(benches)).toEqual([]);
        }
      }),
      100,
    ),
  LIMIT_MS,
);

/** Whether the refusal makes its quota scope, or its account, rest from its answer on. */
function benches(call: SeenCall): boolean {
  const outcome = outcomeOf(call);
  return outcome.kind === "limited" && (outcome.until ?? Number.POSITIVE_INFINITY) > call.answeredAt;
}

/** As far as was known by then: one account, one project by its label, or one that Google had named for both. */
function isOneScope(a: SeenCall, b: SeenCall, known: readonly SeenCall[]): boolean {
  if (a.account.id === b.account.id) return true;
  const outcome = outcomeOf(b);
  if (outcome.kind === "limited" && outcome.scope === "account") return false;
  const scopeOf = ({ account }: SeenCall) => {
    const named = known.filter((call) => call.account.id === account.id).map(outcomeOf);
    const consumer = named.flatMap((each) => ("consumer" in each && each.consumer ? [each.consumer] : [])).at(-1);
    return quotaScopeOf(
      consumer === undefined || account.backend === "code-assist" ? account : { ...account, consumer },
    );
  };
  return scopeOf(a) === scopeOf(b);
}

function isSatOut(call: SeenCall, refused: SeenCall): boolean {
  const outcome = outcomeOf(refused);
  if (call.request !== refused.request) return false;
  if (!("until" in outcome) || outcome.until === undefined) return false;
  return outcome.until <= call.at && outcome.until - refused.answeredAt <= 2_000;
}

test(
  "a busy model is asked elsewhere at once, on another scope and once; then it is waited for",
  () =>
    holds(
      fc.asyncProperty(aTale(aFailure), async (tale) => {
        const world = worldOf(tale);
        await ask(world);
        const busy = world.calls.filter((call) => outcomeOf(call).kind === "capacity");
        for (const call of busy) {
          const index = world.calls.indexOf(call);
          const next = world.calls[index + 1];
          if (!next || next.at > call.answeredAt) continue;
          expect(isOneScope(next, call, world.calls.slice(0, index))).toBe(false);
          expect(busy.indexOf(call)).toBe(0);
        }
      }),
      100,
    ),
  LIMIT_MS,
);

test(
  "what the requests of a process repeat on the same account is within its budget: ten in ten seconds, a fifth per request",
  () =>
    holds(
      fc.asyncProperty(aTale(aFailure), fc.integer({ min: 2, max: 30 }), async (tale, requestCount) => {
        const world = worldOf(tale);
        const began = world.clock.now();
        const asked = Array.from({ length: requestCount }, (_, index) => world.start({ session: `s${index}` }));
        await world.clock.finish(Promise.all(asked), HOUR);
        const paid = world.calls.filter((call, index) => {
          const next = world.calls.slice(index + 1).find(({ request }) => request === call.request);
          return isPaid(call) && next?.account === call.account;
        });
        const elapsedMs = world.clock.now() - began;
        expect(paid.length).toBeLessThanOrEqual(10 + requestCount / 5 + elapsedMs / 1_000);
      }),
      50,
    ),
  LIMIT_MS,
);
