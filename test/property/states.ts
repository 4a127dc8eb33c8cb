import fc from "fast-check";
import type { Account } from "../../src/core/account";
import type { CooldownReason } from "../../src/core/outcome";
import { placeOf } from "../../src/core/quota/place";
import type { QuotaRecord } from "../../src/core/quota/record";
import { scopesOf } from "../../src/core/scope";
import type { StateChange } from "../../src/core/state";
import type { AccountEntry } from "../../src/ports/account-store";
import { aRecordOf, HOUR, MINUTE, PACIFIC } from "../core/quota/parts";
import { aCooldown, aKey, anAccount, aParked, NOW } from "../support/builders";
import { compact, maybe } from "./runs";

/** `likely` unless, once in `of` cases, `rare`. */
const mostly = <T>(likely: T, rare: T, of: number): fc.Arbitrary<T> =>
  fc.nat(of - 1).map((draw) => (draw === 0 ? rare : likely));

/** One to six accounts: some share a project, some are off, seats or not served at all. */
export const someAccounts = (more: { readonly allGood?: boolean } = {}): fc.Arbitrary<readonly AccountEntry[]> =>
  fc
    .array(
      fc.record({
        quotaProject: maybe(fc.constantFrom("p", "q")),
        backend: fc.constantFrom("gemini-api", "gemini-api", "gemini-api", "code-assist", "vertex"),
        enabled: mostly(true, false, 6),
        priority: fc.nat(1),
      }),
      { minLength: 1, maxLength: 6 },
    )
    .map((list) =>
      list.map(({ backend, enabled, quotaProject, priority }, index) => {
        const id = `a${index}`;
        const good = { enabled: true, priority: 0, backend: backend === "vertex" ? "gemini-api" : backend };
        const traits = { id, label: id, enabled, priority, backend, ...(more.allGood ? good : {}) };
        return { account: anAccount(compact({ ...traits, quotaProject }) as Partial<Account>), credential: aKey(id) };
      }),
    );

const REASONS: readonly CooldownReason[] = [
  "rate-limit",
  "daily-quota",
  "quota",
  "spend-limit",
  "model-unavailable",
  "capacity",
  "denied",
  "region",
  "network",
  "outage",
  "new-key",
  "lockout",
  "unexplained",
];

/** A pause of any scope that concerns the account, over, ending now or running. */
const aPause = ({ account }: AccountEntry): fc.Arbitrary<StateChange> =>
  fc
    .record({
      scope: fc.nat(3),
      model: fc.constantFrom("m", "n"),
      reason: fc.constantFrom(...REASONS),
      source: fc.constantFrom("server" as const, "estimate" as const),
      since: fc.constantFrom(-11 * HOUR, -HOUR, -11 * MINUTE, -5_000),
      until: fc.constantFrom(-10 * MINUTE, -599_999, -4_000, 0, 1, 1_500, 30_000, 2 * HOUR),
    })
    .map(({ scope: index, model, since, until, ...more }) => {
      const scope = scopesOf(account, model)[index];
      const times = { since: NOW + Math.min(since, until), until: NOW + until };
      return { type: "cooldown.set", cooldown: aCooldown({ ...more, ...times, ...(scope ? { scope } : {}) }) };
    });

/** A limit that is open, nearly used up or used up by our own count; of a minute, of tokens or of the day. */
const aLimit = ({ account }: AccountEntry): fc.Arbitrary<StateChange> =>
  fc
    .record({
      kind: fc.constantFrom("requests minute", "tokens minute", "requests day", "tokens day", "reading"),
      value: fc.integer({ min: 1, max: 4 }),
      counted: fc.nat(4),
      ageMs: fc.constantFrom(0, 59 * MINUTE, HOUR),
      remainingFraction: fc.constantFrom(0, 0.5),
    })
    .map(({ kind, value, counted, ageMs, remainingFraction }) => {
      const place = placeOf(account, "m");
      const limit = { value, observedAt: NOW - ageMs, source: "refusal" as const };
      const count = { startsAt: PACIFIC.startsAt, endsAt: PACIFIC.endsAt, by: { w1: counted } };
      const reading = { remainingFraction, observedAt: NOW - ageMs, countAt: 0, resetAt: NOW + 3 * HOUR };
      const fields: Readonly<Record<typeof kind, Partial<QuotaRecord>>> = {
        "requests minute": { period: "minute", limit },
        "tokens minute": { period: "minute", meter: "input-tokens", limit: { ...limit, value: value * 50 } },
        "requests day": { limit, count },
        "tokens day": { meter: "input-tokens", limit: { ...limit, value: value * 50 }, count },
        reading: { reading, count },
      };
      return { type: "quota.learnt", record: aRecordOf(place, fields[kind]) };
    });

/** A long pause that Google stated, and a reading from after it which says that there is quota. */
const aDoubt = ({ account }: AccountEntry): fc.Arbitrary<readonly StateChange[]> =>
  fc.constantFrom(0, 0.5).map((remainingFraction) => {
    const [scope] = scopesOf(account, "m");
    const reading = { remainingFraction, observedAt: NOW - MINUTE, countAt: 0, resetAt: NOW + 3 * HOUR };
    const times = { since: NOW - 11 * MINUTE, until: NOW + 2 * HOUR };
    return [
      { type: "cooldown.set", cooldown: aCooldown({ ...times, reason: "quota", ...(scope ? { scope } : {}) }) },
      { type: "quota.learnt", record: aRecordOf(placeOf(account, "m"), { reading }) },
    ];
  });

const aPark = ({ account }: AccountEntry): fc.Arbitrary<StateChange> =>
  fc.constant({ type: "account.parked", parked: aParked({ accountId: account.id }) });

/** What a pool may have learnt of its accounts before: pauses, limits, doubts, and somebody who waits for a person. */
export function someState(entries: readonly AccountEntry[]): fc.Arbitrary<readonly StateChange[]> {
  const ofOne = (lesson: (entry: AccountEntry) => fc.Arbitrary<StateChange>) =>
    fc.constantFrom(...entries).chain((entry) => lesson(entry).map((change): readonly StateChange[] => [change]));
  return fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: ofOne(aPause) },
        { weight: 4, arbitrary: ofOne(aLimit) },
        { weight: 1, arbitrary: ofOne(aPark) },
        { weight: 1, arbitrary: fc.constantFrom(...entries).chain(aDoubt) },
      ),
      { maxLength: 8 },
    )
    .map((lessons) => lessons.flat());
}
