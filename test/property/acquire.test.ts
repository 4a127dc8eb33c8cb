import { expect, test } from "bun:test";
import fc from "fast-check";
import { STRATEGY_NAMES } from "../../src/core/rotation/strategies/name";
import { quotaScopeOf } from "../../src/core/scope";
import type { Lease } from "../../src/pool/lease";
import type { AccountEntry } from "../../src/ports/account-store";
import { isPresumedSpent, isTestedBy, mayAnswer, type Question, type SentCall, testedPauses } from "./may-answer";
import { holds, LIMIT_MS, maybe } from "./runs";
import { someAccounts, someState } from "./states";
import { type StubWorld, stubWorld } from "./stub-world";

const aStep = fc.oneof(
  fc.record({
    kind: fc.constant("acquire" as const),
    model: fc.constantFrom("m", "m", "n"),
    session: maybe(fc.constantFrom("s", "t")),
    parent: maybe(fc.constantFrom("s", "t")),
    chars: fc.constantFrom(4, 100, 400, 2_000),
    left: fc.array(fc.nat(5), { maxLength: 2 }),
    leaves: fc.constantFrom("scope", "account"),
  }),
  fc.record({ kind: fc.constant("release" as const), index: fc.nat(5) }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 1_500, 30_000, 60_250, 600_000) }),
);
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;
type Wanted = Extract<Step, { kind: "acquire" }>;

const aCase = someAccounts().chain((entries) =>
  fc.record({
    entries: fc.constant(entries),
    before: someState(entries),
    strategy: fc.constantFrom(...STRATEGY_NAMES),
    steps: fc.array(aStep, { minLength: 1, maxLength: 8 }),
  }),
);

/** A pool in use, and what its calls should have told an onlooker. */
class Onlooker {
  readonly #world: StubWorld;
  readonly #entries: readonly AccountEntry[];
  readonly #sent: SentCall[] = [];
  readonly #leases: { readonly lease: Lease; readonly call: SentCall }[] = [];

  constructor(world: StubWorld, entries: readonly AccountEntry[]) {
    this.#world = world;
    this.#entries = entries;
  }

  async play(step: Step): Promise<void> {
    if (step.kind === "wait") return this.#world.clock.advance(step.ms);
    if (step.kind === "acquire") return this.#acquire(step);
    const [ended] = this.#leases.splice(step.index % Math.max(1, this.#leases.length), 1);
    ended?.lease.release();
    if (ended) ended.call.isOut = false;
  }

  #acquire(wanted: Wanted): void {
    const { pool } = this.#world;
    const { model, session, parent, chars } = wanted;
    const questions = this.#entries.map((entry) => this.#question(entry, wanted));
    const found = questions.map(mayAnswer);
    const tests = questions.map(testedPauses);
    const call = { model, method: "generateContent" as const, streaming: false };
    const who = { ...(session ? { sessionId: session } : {}), ...(parent ? { parentSessionId: parent } : {}) };
    const left = questions[0]?.left ?? new Set<string>();
    const wish = { call: { ...call, ...who }, model, left, textChars: () => chars, requestId: "r" };
    expect(pool.othersUsable(wish)).toBe(found.includes("now"));
    const acquired = pool.acquire(wish);
    if (acquired.kind === "refused") {
      expect(found).not.toContain("now");
      this.#cameBackRightly(acquired.backAt, questions);
      return;
    }
    const position = this.#entries.findIndex(({ account }) => account.id === acquired.lease.entry.account.id);
    expect(found[position]).toBe("now");
    const { account } = acquired.lease.entry;
    const at = this.#world.clock.now();
    const question = questions[position];
    const isBeyond = question !== undefined && isPresumedSpent(question) && !isTestedBy(this.#sent, account, model);
    const tested = { tests: tests[position] ?? [], isBeyond };
    const sent: SentCall = { account, model, at, tokens: chars / 4, ...tested, isOut: true };
    this.#sent.push(sent);
    this.#leases.push({ lease: acquired.lease, call: sent });
  }

  /** Nobody before that time and somebody then; where one waits for another's call, two seconds later somebody looks again. */
  #cameBackRightly(backAt: number | undefined, questions: readonly Question[]): void {
    const found = questions.map(mayAnswer).filter((each) => each !== "never");
    const times = found.flatMap((each) => {
      if (each === "when told") return [this.#world.clock.now() + 2_000];
      return typeof each === "object" ? [each.at] : [];
    });
    expect(backAt).toBe(times.length > 0 ? Math.min(...times) : undefined);
  }

  #question(entry: AccountEntry, { model, chars, left, leaves }: Wanted): Question {
    const names = left.flatMap((index) => {
      const account = this.#entries[index]?.account;
      return account ? [leaves === "scope" ? quotaScopeOf(account) : account.id] : [];
    });
    const { clock, state } = this.#world;
    const known = { now: clock.now(), state: state.current(), sent: this.#sent, entries: this.#entries };
    return { entry, model, tokens: chars / 4, left: new Set(names), ...known };
  }
}

test(
  "whoever is picked may answer, and nobody is picked only where nobody may",
  () =>
    holds(
      fc.asyncProperty(aCase, async ({ entries, before, strategy, steps }) => {
        const world = stubWorld({
          accounts: entries,
          policy: { strategy },
          says: () => ({ outcome: { kind: "success" } }),
        });
        world.state.apply(before);
        const onlooker = new Onlooker(world, entries);
        for (const step of steps) await onlooker.play(step);
      }),
      200,
    ),
  LIMIT_MS,
);
