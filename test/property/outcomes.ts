import fc from "fast-check";
import type { Failure } from "../../src/core/outcome";
import { compact, maybe } from "./runs";
import type { Says } from "./stub-world";

/** What Google will say to one call; `statedMs`: the wait it names, counted from its answer. */
export interface Said {
  readonly outcome: { readonly kind: Says["outcome"]["kind"] };
  readonly statedMs?: number;
  readonly tookMs: number;
}

const TOOK_MS = [0, 0, 40, 700];
const STATED_MS = [0, 900, 2_000, 2_001, 20_000, 7_200_000];

/** Most refusals name no project. */
const refused = {
  status: fc.constantFrom(400, 403, 429, 503),
  sentence: fc.constant("no"),
  consumer: fc.constantFrom(undefined, undefined, undefined, undefined, "projects/1", "projects/2"),
};

const failures: readonly fc.MaybeWeightedArbitrary<object>[] = [
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("limited"),
      scope: fc.constantFrom("quota", "quota", "account"),
      reason: fc.constantFrom("rate-limit", "daily-quota", "quota", "spend-limit", "model-unavailable", "unexplained"),
      detailed: fc.constant(true),
      ...refused,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("limited"),
      scope: fc.constant("quota"),
      reason: fc.constant("unexplained"),
      detailed: fc.constant(false),
      ...refused,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("capacity"), detailed: fc.boolean(), ...refused }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("transient"),
      cause: fc.constantFrom("server", "network", "empty", "stream"),
      ...refused,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("parked"),
      state: fc.constantFrom("key-invalid", "billing", "needs-verification"),
      scope: fc.constantFrom("account", "project"),
      ...refused,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("unauthorized", "denied", "signature"), ...refused }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("rejected", "banned", "egress", "machine", "timeout"), ...refused }),
  },
];

const STATING = new Set(["limited", "capacity"]);

const told = (outcome: fc.Arbitrary<object>): fc.Arbitrary<Said> =>
  fc
    .record({ outcome, statedMs: maybe(fc.constantFrom(...STATED_MS)), tookMs: fc.constantFrom(...TOOK_MS) })
    .map(({ outcome: given, statedMs, tookMs }) => {
      const kept = compact(given) as Failure;
      const states = STATING.has(kept.kind) && !("detailed" in kept && !kept.detailed);
      return { outcome: kept, tookMs, ...(states && statedMs !== undefined ? { statedMs } : {}) };
    });

/** Any way to refuse a call. */
export const aFailure: fc.Arbitrary<Said> = told(fc.oneof(...failures));

/** A good answer as often as all refusals together. */
export const anAnswer: fc.Arbitrary<Said> = fc.oneof(told(fc.constant({ kind: "success" })), aFailure);

/** The answer to a call that is sent at `at`. */
export function saysAt({ outcome, statedMs, tookMs }: Said, at: number): Says {
  const until = statedMs === undefined ? {} : { until: at + tookMs + statedMs };
  return { outcome: { ...outcome, ...until } as Says["outcome"], afterMs: tookMs };
}
