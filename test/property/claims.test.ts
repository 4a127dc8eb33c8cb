import { expect, test } from "bun:test";
import fc from "fast-check";
import { Peers } from "../../src/core/quota/peers";
import type { StateChange } from "../../src/core/state";
import { Bell } from "../../src/pool/bell";
import { Chooser } from "../../src/pool/chooser";
import { Claims } from "../../src/pool/claims";
import type { Lease } from "../../src/pool/lease";
import { leaseOf } from "../../src/pool/leasing";
import { type Entrant, Lineup } from "../../src/pool/lineup";
import { Load } from "../../src/pool/load";
import { Look } from "../../src/pool/look";
import type { AccountEntry } from "../../src/ports/account-store";
import { createMemoryState } from "../../src/storage/memory-state";
import { sourceOf } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { recordingEvents } from "../support/recording-events";
import { seededChance } from "../support/seeded-chance";
import { testedPauses } from "./may-answer";
import { anAnswer, saysAt } from "./outcomes";
import { holds, LIMIT_MS, maybe } from "./runs";
import { someAccounts, someState } from "./states";

const aStep = fc.record({
  kind: fc.constantFrom("acquire", "acquire", "sending", "answered", "learn", "release"),
  who: fc.nat(5),
  model: fc.constantFrom("m", "n"),
  session: maybe(fc.constantFrom("s", "t")),
  said: anAnswer,
  reach: fc.constantFrom("login", "way", "google"),
  waitMs: fc.constantFrom(0, 0, 100, 30_000),
});
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

const aCase = someAccounts().chain((entries) =>
  fc.record({
    entries: fc.constant(entries),
    before: someState(entries),
    steps: fc.array(aStep, { minLength: 1, maxLength: 14 }),
  }),
);

interface Held {
  readonly lease: Lease;
  readonly entrant: Entrant;
  readonly session: string | undefined;
  /** What it still puts to the test. */
  tests: readonly string[];
}

/** The books of a pool, kept by its leases and, beside them, by us. */
function bookkeeping(entries: readonly AccountEntry[], before: readonly StateChange[]) {
  const [clock, chance, state, source] = [fakeClock(), seededChance(), createMemoryState(), sourceOf(...entries)];
  state.apply(before);
  const [load, claims, bell] = [new Load(), new Claims(), new Bell(clock)];
  const lineup = new Lineup();
  const chooser = new Chooser({ load, chance, policy: () => ({}) });
  const peers = new Peers();
  const parts = { source, state, clock, events: recordingEvents(), writer: "w", load, claims, peers, bell, chooser };
  const leasing = { ...parts, accounts: () => entries.map(({ account }) => account) };
  const held: Held[] = [];

  const take = ({ who, model, session, reach }: Step): void => {
    const entrants = lineup.of(source.current(), state.current(), model);
    const entrant = entrants[who % entrants.length];
    if (!entrant) return;
    const traits = { model, method: "generateContent", streaming: reach === "way" } as const;
    const call = { ...traits, ...(session === undefined ? {} : { sessionId: session }) };
    const wish = { call, model, left: new Set<string>(), textChars: () => 8, requestId: "r" };
    const known = { now: clock.now(), state: state.current() };
    const look = new Look({ wish, entrants, load, claims, peers, serves: () => true, ...known });
    const asked = { entry: entrant.entry, model, tokens: 2, left: new Set<string>(), entries };
    const tests = testedPauses({ ...asked, sent: [], ...known });
    const lease = leaseOf({ entrant, because: { kind: "only" }, look }, leasing);
    held.push({ lease, entrant, session, tests });
  };

  const settle = (each: Held, { kind, said, reach }: Step): void => {
    if (kind === "sending") each.lease.sending();
    else if (kind === "answered") each.lease.answered(false);
    else if (kind === "learn") each.lease.learn(saysAt(said, clock.now()).outcome, reach);
    else {
      each.lease.release();
      each.lease.release();
      held.splice(held.indexOf(each), 1);
    }
    if (kind !== "sending") each.tests = [];
  };

  return {
    clock,
    load,
    claims,
    held,
    step(step: Step): void {
      const each = held[step.who % Math.max(1, held.length)];
      if (step.kind === "acquire") take(step);
      else if (each) settle(each, step);
    },
  };
}

test(
  "the books of the pool are its open leases, no more and no less: per account, quota, conversation and tested pause",
  () =>
    holds(
      fc.asyncProperty(aCase, async ({ entries, before, steps }) => {
        const books = bookkeeping(entries, before);
        const { held, load, claims, clock } = books;
        const everTested = new Set<string>();
        const everMet = new Map<string, Entrant>();
        const check = () => {
          for (const { entrant, tests } of held) {
            everMet.set(entrant.place.requestsLong, entrant);
            for (const key of tests) everTested.add(key);
          }
          for (const { place } of everMet.values()) {
            const out = held.filter(({ entrant }) => entrant.place.requestsLong === place.requestsLong);
            expect(load.at(place)).toBe(out.length);
          }
          for (const { account } of entries) {
            expect(load.count(account.id)).toBe(held.filter(({ entrant }) => entrant.account.id === account.id).length);
          }
          const sessions = new Set(held.flatMap(({ session }) => session ?? []));
          expect(new Set(load.sessions.keys())).toEqual(sessions);
          for (const key of everTested) expect(claims.has(key)).toBe(held.some(({ tests }) => tests.includes(key)));
        };
        for (const step of steps) {
          await clock.advance(step.waitMs);
          books.step(step);
          check();
        }
        for (const { lease } of held.splice(0)) lease.release();
        check();
      }),
      100,
    ),
  LIMIT_MS,
);
