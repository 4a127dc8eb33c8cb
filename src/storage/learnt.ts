import type { BackendName, EpochMs } from "../core/account";
import type { Circuit } from "../core/health/circuit";
import { suspicionKey } from "../core/health/suspicion";
import { linkKey } from "../core/identity";
import type { Presence } from "../core/presence";
import { recordKey } from "../core/quota/record";
import { scopeKey } from "../core/scope";
import { bindingKey, type PoolState, type StateChange } from "../core/state";
import { FACT_KINDS, type Fact, type FactKind, type FactValues, withLift, withValue } from "./fact";

/** Names one fact. */
export interface FactName {
  readonly kind: FactKind;
  readonly key: string;
}

/** A fact that a change altered. `urgent`: other processes must hear of it before the next pick. */
export interface Touched extends FactName {
  readonly urgent: boolean;
}

/** One process's memory of what the pool has learnt. */
export interface Learnt {
  /** A live view: it changes with every `apply` and `put`. */
  readonly state: PoolState;
  /** Undefined where the change altered nothing. `usage.added` and `in-flight.set` are no facts and are passed over. */
  apply(change: StateChange): Touched | undefined;
  get(name: FactName): Fact;
  put(name: FactName, fact: Fact): void;
  /** What other processes have out now. */
  see(presences: readonly Presence[]): void;
  names(): readonly FactName[];
  /** How many facts of a kind have a value. */
  count(kind: FactKind): number;
  /** The keys of a kind beyond the `max` newest. */
  oldest(kind: FactKind, max: number, newest: string): readonly string[];
}

type Maps = { readonly [K in FactKind]: Map<string, FactValues[K]> };

type Step = FactName & ({ readonly value: FactValues[FactKind] } | { readonly liftAt: EpochMs });

/** What a change means for which fact. */
function stepOf(change: StateChange): Step | undefined {
  switch (change.type) {
    case "cooldown.set":
      return { kind: "cooldown", key: scopeKey(change.cooldown.scope), value: change.cooldown };
    case "cooldown.lifted":
      return { kind: "cooldown", key: change.key, liftAt: change.at };
    case "account.parked":
      return { kind: "parked", key: change.parked.accountId, value: change.parked };
    case "account.unparked":
      return { kind: "parked", key: change.accountId, liftAt: change.at };
    case "binding.set":
      return {
        kind: "binding",
        key: bindingKey(change.binding.sessionId, change.binding.model),
        value: change.binding,
      };
    case "health.set":
      return { kind: "health", key: change.health.accountId, value: change.health };
    case "quota.learnt":
      return { kind: "quota", key: recordKey(change.record), value: change.record };
    case "circuit.set":
      return { kind: "circuit", key: change.circuit.backend, value: change.circuit };
    case "suspicion.set":
      return {
        kind: "suspicion",
        key: suspicionKey(change.suspicion.backend, change.suspicion.model),
        value: change.suspicion,
      };
    case "identity.learnt":
      return { kind: "identity", key: change.identity.accountId, value: change.identity };
    case "identity.forgotten":
      return { kind: "identity", key: change.accountId, liftAt: change.at };
    case "link.set":
      return { kind: "link", key: linkKey(change.link.a, change.link.b), value: change.link };
    case "link.dissolved":
      return { kind: "link", key: change.key, liftAt: change.at };
    case "signatures.minted":
      return {
        kind: "signatures",
        key: change.minted.sessionId,
        value: change.minted,
      };
    case "in-flight.set":
    case "usage.added":
      return undefined;
  }
}

const URGENT: Readonly<Record<FactKind, (before: Fact, after: Fact) => boolean>> = {
  cooldown: () => true,
  parked: () => true,
  // A new home is urgent, one more answer from the same home is not.
  binding: (before, after) => accountOf(before) !== accountOf(after),
  health: () => false,
  quota: () => false,
  circuit: () => false,
  suspicion: () => false,
  identity: () => true,
  link: () => true,
  signatures: () => false,
};

const accountOf = ({ value }: Fact): string | undefined =>
  value && "accountId" in value ? value.accountId : undefined;

const emptyMaps = (): Maps => ({
  cooldown: new Map(),
  parked: new Map(),
  binding: new Map(),
  health: new Map(),
  quota: new Map(),
  circuit: new Map(),
  suspicion: new Map(),
  identity: new Map(),
  link: new Map(),
  signatures: new Map(),
});

/** A process's own view, which others only read. */
type LiveState = { -readonly [K in keyof PoolState]: PoolState[K] };

const stateOf = (maps: Maps): LiveState => ({
  cooldowns: maps.cooldown,
  parked: maps.parked,
  bindings: maps.binding,
  health: maps.health,
  quotas: maps.quota,
  circuits: maps.circuit as Map<BackendName, Circuit>,
  suspicions: maps.suspicion,
  identities: maps.identity,
  links: maps.link,
  signatures: maps.signatures,
  presences: [],
});

const namesIn = (maps: Maps): FactName[] =>
  FACT_KINDS.flatMap((kind) => [...maps[kind].keys()].map((key) => ({ kind, key })));

function oldestIn(map: ReadonlyMap<string, FactValues[FactKind]>, max: number, newest: string): readonly string[] {
  const timeOf = (value: FactValues[FactKind]) => Number(Reflect.get(value, newest));
  const byAge = [...map].sort(([, a], [, b]) => timeOf(b) - timeOf(a));
  return byAge.slice(max).map(([key]) => key);
}

/** An empty memory. */
export function createLearnt(): Learnt {
  const maps = emptyMaps();
  const state = stateOf(maps);
  const lifts = new Map<string, EpochMs>();
  const liftName = ({ kind, key }: FactName) => `${kind} ${key}`;
  const mapOf = (kind: FactKind) => maps[kind] as Map<string, FactValues[FactKind]>;

  const get = (name: FactName): Fact => ({
    value: mapOf(name.kind).get(name.key),
    liftedAt: lifts.get(liftName(name)) ?? 0,
  });

  const put = (name: FactName, { value, liftedAt }: Fact): void => {
    if (value === undefined) mapOf(name.kind).delete(name.key);
    else mapOf(name.kind).set(name.key, value);
    if (liftedAt > 0) lifts.set(liftName(name), liftedAt);
    else lifts.delete(liftName(name));
  };

  const apply = (change: StateChange): Touched | undefined => {
    const step = stepOf(change);
    if (!step) return undefined;
    const { kind, key } = step;
    const before = get(step);
    const after = "value" in step ? withValue(kind, before, step.value) : withLift(kind, before, step.liftAt);
    if (after === before) return undefined;
    put(step, after);
    return { kind, key, urgent: URGENT[kind](before, after) };
  };

  return {
    state,
    apply,
    get,
    put,
    see: (presences) => {
      state.presences = presences;
    },
    names: () => namesIn(maps),
    count: (kind) => mapOf(kind).size,
    oldest: (kind, max, newest) => oldestIn(mapOf(kind), max, newest),
  };
}
