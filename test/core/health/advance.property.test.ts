import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Account } from "../../../src/core/account";
import type { Cooldown } from "../../../src/core/cooldown";
import { advance, answered, type Settlement } from "../../../src/core/health/advance";
import { withIdentity } from "../../../src/core/identity";
import type { Outcome } from "../../../src/core/outcome";
import type { PoolState, StateChange } from "../../../src/core/state";
import { createLearnt } from "../../../src/storage/learnt";
import { anAccount, aSeat, NOW } from "../../support/builders";

const RUNS = { seed: 11, numRuns: process.env["POOL_TEST_LONG"] === "1" ? 3_000 : 500 };

/** Two keys of one project, three of nobody knows whose, a young one, a seat and a service account. */
const ACCOUNTS: readonly Account[] = [
  anAccount({ id: "p1", quotaProject: "p" }),
  anAccount({ id: "p2", quotaProject: "p" }),
  anAccount({ id: "k1" }),
  anAccount({ id: "k2" }),
  anAccount({ id: "k3", addedAt: NOW - 1_000 }),
  aSeat({ id: "s1", subject: "1" }),
  anAccount({ id: "v1", backend: "vertex", credential: "service-account", project: "v" }),
];

const aTime = fc.constantFrom(0, 0, 1, 500, 9_000, 36_000, 700_000, 90_000_000);
const refused = { status: fc.constantFrom(0, 400, 403, 429, 500, 503), sentence: fc.constantFrom("one", "two") };
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
/** Most refusals name no project. */
const aConsumer = fc.constantFrom(...Array(18).fill(undefined), "projects/1", "projects/2");

/** Without the fields that are not there, as the classifier makes them. */
const outcomeOf = (fields: Record<string, unknown>, at: number): Outcome => {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  const told = Object.fromEntries(present) as { afterMs?: number } & Record<string, unknown>;
  const { afterMs, ...rest } = told;
  return { ...rest, ...(afterMs === undefined ? {} : { until: at + afterMs }) } as unknown as Outcome;
};

const anOutcome = fc.oneof(
  fc.record({ kind: fc.constant("success"), latencyMs: maybe(fc.nat(5_000)) }),
  fc.record({ kind: fc.constantFrom("aborted") }),
  fc.record({
    kind: fc.constantFrom("rejected", "signature", "timeout", "unauthorized", "banned", "denied", "egress", "machine"),
    consumer: aConsumer,
    ...refused,
  }),
  fc.record({
    kind: fc.constant("limited"),
    scope: fc.constantFrom("quota", "quota", "account"),
    reason: fc.constantFrom("rate-limit", "daily-quota", "quota", "spend-limit", "model-unavailable", "unexplained"),
    detailed: fc.boolean(),
    afterMs: maybe(aTime),
    quotaId: maybe(fc.constantFrom("minute", "day")),
    consumer: aConsumer,
    ...refused,
  }),
  fc.record({
    kind: fc.constant("limited"),
    scope: fc.constant("quota"),
    reason: fc.constant("unexplained"),
    detailed: fc.constant(false),
    ...refused,
  }),
  fc.record({ kind: fc.constant("capacity"), detailed: fc.boolean(), afterMs: maybe(aTime), ...refused }),
  fc.record({
    kind: fc.constant("transient"),
    cause: fc.constantFrom("server", "network", "empty", "stream"),
    ...refused,
  }),
  fc.record({
    kind: fc.constant("parked"),
    state: fc.constantFrom("key-invalid", "needs-login", "project-disabled", "billing"),
    scope: fc.constantFrom("account", "project"),
    consumer: aConsumer,
    ...refused,
  }),
);

const aStep = fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  model: fc.constantFrom("gemini-2.5-pro", "gemini-2.5-flash", "other"),
  fields: anOutcome as fc.Arbitrary<Record<string, unknown>>,
  waitMs: aTime,
  tookMs: aTime,
  requestId: fc.constantFrom<string>("r1", "r2", "r3"),
  isAnswer: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
  unsent: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
  inFlightCount: fc.integer({ min: 1, max: 2 }),
});
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

/** The same thing said to several accounts at once: what backends, networks and shared projects do. */
const aBurst = fc
  .record({ step: aStep, from: fc.nat(ACCOUNTS.length - 1), count: fc.integer({ min: 2, max: 7 }) })
  .map(({ step, from, count }): Step[] =>
    Array.from({ length: count }, (_, index) => ({
      ...step,
      account: ACCOUNTS[(from + index) % ACCOUNTS.length] ?? step.account,
      requestId: `r${index}`,
      waitMs: index === 0 ? step.waitMs : 1,
    })),
  );

/** A key that was in use and two that were not run into the same limit. */
const aSharedProject = aStep.map((step): Step[] =>
  ["k1", "k1", "k2", "k3"].map((id, index) => ({
    ...step,
    account: ACCOUNTS.find((account) => account.id === id) ?? step.account,
    fields: index === 0 ? { kind: "success", latencyMs: 5 } : LIMITED,
    waitMs: index === 0 ? 90_000_000 : 1,
    tookMs: 0,
    inFlightCount: 1,
    isAnswer: false,
  })),
);
const LIMITED = {
  kind: "limited",
  scope: "quota",
  reason: "rate-limit",
  detailed: true,
  afterMs: 700_000,
  quotaId: "minute",
  consumer: undefined,
  status: 429,
  sentence: "one",
};

const aStory = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: aStep.map((step) => [step]) },
      { weight: 3, arbitrary: aBurst },
      { weight: 1, arbitrary: aSharedProject },
    ),
    { maxLength: 12, size: "max" },
  )
  .map((parts) => parts.flat());

interface Moment {
  readonly settlement: Settlement;
  readonly changes: readonly StateChange[];
  readonly before: ReadonlyMap<string, Cooldown>;
  readonly after: PoolState;
}

/** Plays the steps; after each, `check` sees what was before, what was taught and what is now. */
function play(steps: readonly Step[], check: (moment: Moment) => void): PoolState {
  const learnt = createLearnt();
  let now = NOW;
  const known = (account: Account) => withIdentity(account, learnt.state);
  for (const { account, fields, waitMs, tookMs, isAnswer, ...told } of steps) {
    now += waitMs;
    const outcome: Outcome = isAnswer ? { kind: "success" } : outcomeOf(fields, now);
    const settlement: Settlement = {
      ...told,
      account: known(account),
      outcome,
      startedAt: now - tookMs,
      accounts: () => ACCOUNTS.map(known),
    };
    const before = new Map(learnt.state.cooldowns);
    const changes = (isAnswer ? answered : advance)(learnt.state, settlement, now);
    for (const change of changes) learnt.apply(change);
    check({ settlement, changes, before, after: learnt.state });
  }
  return learnt.state;
}

const always = (check: (moment: Moment) => void, alter: (step: Step) => Step = (step) => step): void =>
  fc.assert(
    fc.property(aStory, (steps) => void play(steps.map(alter), check)),
    RUNS,
  );

test("a pause never gets shorter, except where it is lifted: by a success that began after it, or as the backend's fault", () => {
  always(({ settlement, changes, before, after }) => {
    const isGuarded = changes.some((change) => change.type === "cooldown.set" && change.cooldown.reason === "capacity");
    for (const [key, was] of before) {
      const lift = changes.find((change) => change.type === "cooldown.lifted" && change.key === key);
      if (!lift) expect(after.cooldowns.get(key)?.until).toBeGreaterThanOrEqual(was.until);
      else if (isGuarded) expect(was.source).toBe("estimate");
      else expect([settlement.outcome.kind, was.since <= settlement.startedAt]).toEqual(["success", true]);
    }
  });
});

test("what is learnt is plain data, the same after a round trip through JSON", () => {
  fc.assert(
    fc.property(aStory, (steps) => {
      const said: StateChange[] = [];
      const state = play(steps, ({ changes }) => said.push(...changes));
      const facts = Object.values(state).flatMap((known: ReadonlyMap<string, unknown>) => [...known.values()]);
      for (const data of [said, facts]) expect(JSON.parse(JSON.stringify(data))).toStrictEqual(data);
    }),
    RUNS,
  );
});

test("a pause grows one step at a time, and only for a call that began after the last one had ended", () => {
  always(({ settlement, changes, before, after }) => {
    // A project that has become known, or a partner, brings steps of another scope.
    if (changes.some(({ type }) => type === "identity.learnt")) return;
    for (const [key, { step, until }] of before) {
      const now = after.cooldowns.get(key);
      if (!now || now.sharedWith !== undefined || now.step <= step) continue;
      expect(now.step).toBe(Math.max(step, 1) + (until <= settlement.startedAt ? 1 : 0));
    }
  });
});

test("nobody waits for a person because of a network, a busy model, a limit, a bad request or a caller who left", () => {
  const BLAMES = new Set(["parked", "banned", "unauthorized", "denied"]);
  always(({ settlement, changes }) => {
    if (BLAMES.has(settlement.outcome.kind)) return;
    expect(changes.filter(({ type }) => type === "account.parked")).toEqual([]);
  });
});

test("a network or a server that fails cools nobody but its whole backend", () => {
  always(({ settlement: { outcome }, changes }) => {
    if (outcome.kind !== "transient" && outcome.kind !== "capacity") return;
    for (const change of changes) {
      if (change.type === "cooldown.set")
        expect(change.cooldown).toMatchObject({ reason: "outage", scope: { kind: "backend" } });
    }
  });
});

test("one request alone never opens a circuit", () => {
  always(
    ({ changes }) => {
      const opened = changes.filter((change) => change.type === "cooldown.set" && change.cooldown.reason === "outage");
      expect(opened).toEqual([]);
    },
    (step) => ({ ...step, requestId: "the same" }),
  );
});

test("an abort teaches nothing", () => {
  always(({ settlement, changes }) => {
    if (settlement.outcome.kind === "aborted") expect(changes).toEqual([]);
  });
});
