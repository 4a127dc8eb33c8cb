import type { EpochMs } from "../core/account";
import { afterLift, type Cooldown, joinCooldowns } from "../core/cooldown";
import type { Circuit } from "../core/health/circuit";
import type { Suspicion } from "../core/health/suspicion";
import type { Identity, Link } from "../core/identity";
import { joinRecords, type QuotaRecord } from "../core/quota/record";
import { joinMinted, type MintedSignatures } from "../core/signature";
import type { Binding, Health, Parked } from "../core/state";

/** What the pool keeps of each kind. */
export interface FactValues {
  readonly cooldown: Cooldown;
  readonly parked: Parked;
  readonly binding: Binding;
  readonly health: Health;
  readonly quota: QuotaRecord;
  readonly circuit: Circuit;
  readonly suspicion: Suspicion;
  readonly identity: Identity;
  readonly link: Link;
  readonly signatures: MintedSignatures;
}

export type FactKind = keyof FactValues;

/** A value, or the memory that it was lifted: without `liftedAt` a slower process would bring it back. 0: never lifted. */
export interface Fact {
  readonly value: FactValues[FactKind] | undefined;
  readonly liftedAt: EpochMs;
}

/** How values of one kind come together. Methods, so that rules of all kinds fit one table. */
interface Rule<T> {
  /** When the value came to be; a lift at this time or later ends it. */
  bornAt(value: T): EpochMs;
  /** When the value was learnt, where that is not when it came to be. */
  learntAt?(value: T): EpochMs;
  /** Of two values for one key the one that holds; the second is the newcomer. */
  stronger(known: T, newcomer: T): T;
  /** What is left of a value that a lift at `at` ends; nothing where this is absent. */
  afterLift?(value: T, at: EpochMs): T | undefined;
  /** Fields a stored value must have, by type: a row that another version wrote otherwise is passed over. */
  readonly shape: Readonly<Record<string, "string" | "number" | "boolean" | "object">>;
}

const rule = <T>(given: Rule<T>): Rule<unknown> => given;

const later =
  <T>(timeOf: (value: T) => EpochMs) =>
  (known: T, newcomer: T): T =>
    timeOf(newcomer) >= timeOf(known) ? newcomer : known;

/** The same, and where both are as new, one and the same whichever comes first. */
const latest =
  <T>(timeOf: (value: T) => EpochMs) =>
  (a: T, b: T): T => {
    const difference = timeOf(a) - timeOf(b);
    if (difference !== 0) return difference > 0 ? a : b;
    return JSON.stringify(a) >= JSON.stringify(b) ? a : b;
  };

const NEVER_LIFTED = () => Number.POSITIVE_INFINITY;

/** Once a history holds signatures of several accounts it stays so, whichever process answered last. */
function laterBinding(known: Binding, newcomer: Binding): Binding {
  const winner = newcomer.lastAnswerAt >= known.lastAnswerAt ? newcomer : known;
  const isMixed = known.isMixed || newcomer.isMixed;
  return winner.isMixed === isMixed ? winner : { ...winner, isMixed };
}

const RULES: Readonly<Record<FactKind, Rule<unknown>>> = {
  cooldown: rule<Cooldown>({
    bornAt: ({ since }) => since,
    stronger: joinCooldowns,
    afterLift,
    shape: { scope: "object", reason: "string", until: "number", since: "number", source: "string", step: "number" },
  }),
  parked: rule<Parked>({
    bornAt: ({ since }) => since,
    stronger: later(({ since }) => since),
    shape: { accountId: "string", state: "string", sentence: "string", since: "number" },
  }),
  binding: rule<Binding>({
    bornAt: ({ boundAt }) => boundAt,
    learntAt: ({ lastAnswerAt }) => lastAnswerAt,
    stronger: laterBinding,
    shape: {
      sessionId: "string",
      model: "string",
      accountId: "string",
      boundAt: "number",
      lastAnswerAt: "number",
      isMixed: "boolean",
    },
  }),
  health: rule<Health>({
    bornAt: ({ updatedAt }) => updatedAt,
    stronger: later(({ updatedAt }) => updatedAt),
    shape: { accountId: "string", successFraction: "number", lastUsedAt: "number", updatedAt: "number" },
  }),
  quota: rule<QuotaRecord>({
    bornAt: NEVER_LIFTED,
    learntAt: ({ updatedAt }) => updatedAt,
    stronger: joinRecords,
    shape: { quotaScope: "string", group: "string", meter: "string", period: "string", updatedAt: "number" },
  }),
  circuit: rule<Circuit>({
    bornAt: ({ updatedAt }) => updatedAt,
    stronger: latest(({ updatedAt }) => updatedAt),
    shape: { backend: "string", failureCount: "number", requestCount: "number", updatedAt: "number" },
  }),
  suspicion: rule<Suspicion>({
    bornAt: ({ updatedAt }) => updatedAt,
    stronger: latest(({ updatedAt }) => updatedAt),
    shape: { backend: "string", model: "string", refusals: "object", updatedAt: "number" },
  }),
  identity: rule<Identity>({
    bornAt: ({ observedAt }) => observedAt,
    stronger: latest(({ observedAt }) => observedAt),
    shape: { accountId: "string", consumer: "string", observedAt: "number" },
  }),
  link: rule<Link>({
    bornAt: ({ since }) => since,
    stronger: latest(({ until }) => until),
    shape: { a: "string", b: "string", quotaId: "string", since: "number", until: "number" },
  }),
  signatures: rule<MintedSignatures>({
    bornAt: ({ updatedAt }) => updatedAt,
    stronger: joinMinted,
    shape: { sessionId: "string", by: "object", updatedAt: "number" },
  }),
};

/** Every kind there is. */
export const FACT_KINDS = Object.keys(RULES) as readonly FactKind[];

/** When a value was learnt. */
export function learntAt(kind: FactKind, value: FactValues[FactKind]): EpochMs {
  const rule = RULES[kind];
  return rule.learntAt?.(value) ?? rule.bornAt(value);
}

/** The fact after a value was learnt; the same object where that changes nothing. */
export function withValue(kind: FactKind, fact: Fact, value: FactValues[FactKind]): Fact {
  const { bornAt, stronger } = RULES[kind];
  if (bornAt(value) < fact.liftedAt) return fact;
  const next = fact.value === undefined ? value : (stronger(fact.value, value) as typeof value);
  return next === fact.value ? fact : { ...fact, value: next };
}

/** The fact after a lift; the same object where nothing was there to lift or what is there is newer. */
export function withLift(kind: FactKind, fact: Fact, at: EpochMs): Fact {
  if (fact.value === undefined || RULES[kind].bornAt(fact.value) > at) return fact;
  return { value: leftOf(kind, fact.value, at), liftedAt: Math.max(at, fact.liftedAt) };
}

const leftOf = (kind: FactKind, value: FactValues[FactKind], at: EpochMs): Fact["value"] => {
  const { bornAt, afterLift: left } = RULES[kind];
  return bornAt(value) > at ? value : (left?.(value, at) as Fact["value"]);
};

const surviving = (kind: FactKind, own: Fact, other: Fact): Fact["value"] => {
  const { value } = own;
  return value === undefined || own.liftedAt >= other.liftedAt ? value : leftOf(kind, value, other.liftedAt);
};

/** What holds when two processes learnt something about one key at the same time. */
export function mergeFacts(kind: FactKind, ours: Fact, theirs: Fact): Fact {
  const liftedAt = Math.max(ours.liftedAt, theirs.liftedAt);
  const [a, b] = [surviving(kind, theirs, ours), surviving(kind, ours, theirs)];
  if (a === undefined || b === undefined) return { value: a ?? b, liftedAt };
  const [one, other] = [RULES[kind].stronger(a, b), RULES[kind].stronger(b, a)];
  return { value: (textOf(one) >= textOf(other) ? one : other) as Fact["value"], liftedAt };
}

/** Of two that are as new each process would take the other's: so both take the one whose text comes last. */
const textOf = (value: unknown): string => JSON.stringify(value);

/** True where the value has what its kind needs. */
export function fitsKind(kind: FactKind, value: unknown): value is FactValues[FactKind] {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const hasFields = Object.entries(RULES[kind].shape).every(
    ([name, type]) => typeof fields[name] === type && fields[name] !== null,
  );
  return hasFields && isSound(kind, fields);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The parts that are walked through: another version may have written them otherwise. */
function isSound(
  kind: FactKind,
  { count, refusals, by, accountIds, beneath }: Readonly<Record<string, unknown>>,
): boolean {
  switch (kind) {
    case "cooldown":
      return beneath === undefined || Array.isArray(beneath);
    case "quota":
      return count === undefined || (isObject(count) && isObject(count["by"]));
    case "suspicion":
      return Array.isArray(refusals);
    case "circuit":
      return Array.isArray(accountIds);
    case "signatures":
      return isObject(by) && Object.values(by).every(Array.isArray);
    default:
      return true;
  }
}
