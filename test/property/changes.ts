import fc from "fast-check";
import type { StateChange } from "../../src/core/state";
import { anyRecord } from "../core/quota/parts";
import { aUsage, NOW } from "../support/builders";
import { compact, maybe } from "./runs";

/** Moments so few that ties are frequent. */
const aTime = fc.integer({ min: 1, max: 6 });
const anId = fc.constantFrom("a1", "a2");
const words = fc.constantFrom("one", "two");

/** Of what pauses or links. */
const aSpan = fc.tuple(aTime, fc.nat(4)).map(([since, length]) => ({ since, until: since + length }));
const SCOPES = [
  { kind: "account", accountId: "a1" },
  { kind: "quota", quotaScope: "gemini-api/p", group: "m" },
] as const;
const KEYS = ["account:a1", "quota:gemini-api/p:m"] as const;

const changes = <T extends StateChange>(type: T["type"], field: string, value: fc.Arbitrary<object>) =>
  value.map((each) => ({ type, [field]: compact(each) }) as unknown as T);

const cooldownOf = fc
  .record({
    scope: fc.constantFrom(...SCOPES),
    reason: fc.constantFrom("rate-limit", "quota", "outage"),
    span: aSpan,
    source: fc.constantFrom("server", "estimate"),
    step: fc.integer({ min: 0, max: 2 }),
    sentence: words,
    probedAt: maybe(aTime),
    quotaId: maybe(words),
    wasUnused: maybe(fc.constant(true)),
    sharedWith: maybe(anId),
  })
  .map(({ span, ...more }) => ({ ...more, ...span }));
const cooldownSet = changes("cooldown.set", "cooldown", cooldownOf);

/** Lifts and pauses agree only where the younger pause is the longer one, see "known to disagree" in merge.test.ts. */
const risingCooldownSet = changes(
  "cooldown.set",
  "cooldown",
  cooldownOf.map(({ probedAt: _, ...cooldown }) => ({ ...cooldown, until: cooldown.since + 3 })),
);

const cooldownLifted = fc.record({
  type: fc.constant("cooldown.lifted" as const),
  key: fc.constantFrom(...KEYS),
  at: aTime,
});

const parked = changes(
  "account.parked",
  "parked",
  fc.record({
    accountId: anId,
    state: fc.constantFrom("banned", "billing"),
    sentence: words,
    since: aTime,
    url: maybe(words),
    credentialMark: maybe(words),
  }),
);

const unparked = fc.record({ type: fc.constant("account.unparked" as const), accountId: anId, at: aTime });

const bindingSet = changes(
  "binding.set",
  "binding",
  fc.record({
    sessionId: words,
    model: fc.constant("m"),
    accountId: anId,
    parentSessionId: maybe(words),
    boundAt: aTime,
    lastAnswerAt: aTime,
    isMixed: fc.boolean(),
  }),
);

const healthSet = changes(
  "health.set",
  "health",
  fc.record({
    accountId: anId,
    successFraction: fc.constantFrom(0, 0.5, 1),
    latencyMs: maybe(fc.nat(9)),
    deniedCount: fc.nat(2),
    lastUsedAt: aTime,
    updatedAt: aTime,
  }),
);

const quotaLearnt = changes("quota.learnt", "record", anyRecord());

const circuitSet = changes(
  "circuit.set",
  "circuit",
  fc.record({
    backend: fc.constantFrom("gemini-api", "code-assist"),
    failureCount: fc.nat(5),
    requestCount: fc.nat(5),
    lastRequestId: words,
    accountIds: fc.uniqueArray(anId, { maxLength: 2 }),
    updatedAt: aTime,
  }),
);

const aRefusal = fc.record({
  quotaScope: words,
  accountId: anId,
  cooldownKeys: fc.array(words),
  since: aTime,
  at: aTime,
});
const suspicionSet = changes(
  "suspicion.set",
  "suspicion",
  fc.record({
    backend: fc.constant("gemini-api"),
    model: words,
    refusals: fc.array(aRefusal, { maxLength: 2 }),
    updatedAt: aTime,
  }),
);

const identityLearnt = changes(
  "identity.learnt",
  "identity",
  fc.record({ accountId: anId, consumer: words, observedAt: aTime }),
);

const linkOf = fc
  .record({ a: fc.constant("a1"), b: fc.constant("a2"), quotaId: words, span: aSpan })
  .map(({ span, ...more }) => ({ ...more, ...span }));
const linkSet = changes("link.set", "link", linkOf);
const risingLinkSet = changes(
  "link.set",
  "link",
  linkOf.map((link) => ({ ...link, until: link.since + 3 })),
);

const linkDissolved = fc.record({ type: fc.constant("link.dissolved" as const), key: fc.constant("a1 a2"), at: aTime });

const someHashes = fc.uniqueArray(fc.constantFrom("x", "y", "z"), { minLength: 1, maxLength: 3 });
const minted = changes(
  "signatures.minted",
  "minted",
  fc.record({ sessionId: words, by: fc.dictionary(anId, someHashes, { minKeys: 1 }), updatedAt: aTime }),
);

/** An addition to the counters, of today or the day before: no fact, since it is summed up. */
export const aUsageAdded: fc.Arbitrary<StateChange> = fc
  .record({ accountId: anId, model: words, hourAt: fc.constantFrom(NOW, NOW - 86_400_000), ok: fc.nat(2) })
  .map((counts) => ({ type: "usage.added", usage: aUsage({ ...counts, requests: counts.ok }) }));

/** Every kind of fact and what sets it. */
export const FACTS = {
  cooldown: cooldownSet,
  parked,
  binding: bindingSet,
  health: healthSet,
  quota: quotaLearnt,
  circuit: circuitSet,
  suspicion: suspicionSet,
  identity: identityLearnt,
  link: linkSet,
  signatures: minted,
} as const satisfies Readonly<Record<string, fc.Arbitrary<StateChange>>>;

/** What can be lifted: what sets it then, and what lifts it. */
const LIFTED: Readonly<Partial<Record<keyof typeof FACTS, fc.Arbitrary<StateChange>>>> = {
  cooldown: fc.oneof(risingCooldownSet, cooldownLifted),
  parked: fc.oneof(parked, unparked),
  link: fc.oneof(risingLinkSet, linkDissolved),
};

/** A change of one kind of fact; without `lifts` only such as set it. */
export const aChange = (kind: keyof typeof FACTS, { lifts }: { readonly lifts: boolean }): fc.Arbitrary<StateChange> =>
  (lifts ? LIFTED[kind] : undefined) ?? FACTS[kind];

/** Which fact a change is about and of which moment it is, where the newcomer wins a tie. */
export function momentOf(change: StateChange): string {
  switch (change.type) {
    case "account.parked":
      return `${change.parked.accountId} ${change.parked.since}`;
    case "account.unparked":
      return `${change.accountId} lifted ${change.at}`;
    case "binding.set":
      return `${change.binding.sessionId} ${change.binding.lastAnswerAt}`;
    case "health.set":
      return `${change.health.accountId} ${change.health.updatedAt}`;
    default:
      return JSON.stringify(change);
  }
}
