import type { AccountId, EpochMs } from "./account";
import type { CooldownReason } from "./outcome";
import type { Scope } from "./scope";

/** A pause of one scope. `source` says whether Google stated the time; `step` counts refusals without a stated time. */
export interface Cooldown {
  readonly scope: Scope;
  readonly reason: CooldownReason;
  readonly until: EpochMs;
  readonly since: EpochMs;
  readonly source: "server" | "estimate";
  readonly step: number;
  /** Google's redacted words. */
  readonly sentence: string;
  /** When a call was last let through while it ran, because a newer reading said that there is quota. */
  readonly probedAt?: EpochMs;
  /** The limit that was reached, where Google named it: keys of one project are known by being refused alike. */
  readonly quotaId?: string;
  /** Nobody here had used the quota before it was refused: somebody else has spent it. */
  readonly wasUnused?: true;
  /** It was not refused itself but seems to share its project with this account, which was. */
  readonly sharedWith?: AccountId;
  /** Shorter ones of the same scope that began later, the longest first: a lift that ends this one may leave them. */
  readonly beneath?: readonly Beneath[];
}

/** A pause that a longer, older one covers. */
export type Beneath = Omit<Cooldown, "scope" | "beneath">;

/** Whether it still holds at `now`; one that lies in the past never holds anybody back. */
export const isCooling = (cooldown: Cooldown | undefined, now: EpochMs): cooldown is Cooldown =>
  cooldown !== undefined && cooldown.until > now;

/**
 * Two cooldowns of one scope as one: the longer one holds, so a later, shorter hint never shortens it, and what began later
 * stays beneath it. Commutative, associative and idempotent, also with lifts between, so that any number of processes agree.
 * Returns `a` itself where `b` adds nothing.
 */
export function joinCooldowns(a: Cooldown, b: Cooldown): Cooldown {
  const all = [...layersOf(a), ...layersOf(b)].sort(byStrength);
  const kept = all.filter((each, index) => all.slice(0, index).every(({ since }) => each.since > since));
  const isSame = kept[0] === a && kept.length === layersOf(a).length && sameLayers(kept, a);
  return isSame ? a : (stacked(a.scope, kept) ?? a);
}

/** What is left of it after a lift at `at`, which ends what began until then; the same object where that is nothing. */
export function afterLift(cooldown: Cooldown, at: EpochMs): Cooldown | undefined {
  if (cooldown.since > at) return cooldown;
  return stacked(cooldown.scope, cooldown.beneath?.filter(({ since }) => since > at) ?? []);
}

const layersOf = (cooldown: Cooldown): readonly Beneath[] => [cooldown, ...(cooldown.beneath ?? [])];

const sameLayers = (kept: readonly Beneath[], { beneath = [] }: Cooldown): boolean =>
  beneath.every((each, index) => each === kept[index + 1]);

/** The stronger first: the longer, then the further escalated, the younger, the one last probed; then any order that all agree on. */
const byStrength = (a: Beneath, b: Beneath): number =>
  b.until - a.until ||
  b.step - a.step ||
  b.since - a.since ||
  (b.probedAt ?? 0) - (a.probedAt ?? 0) ||
  (tieText(a) === tieText(b) ? 0 : tieText(a) > tieText(b) ? -1 : 1);

const tieText = (c: Beneath) =>
  [c.reason, c.source, c.sentence, c.quotaId ?? "", c.wasUnused ?? "", c.sharedWith ?? ""].join("|");

function stacked(scope: Scope, layers: readonly Beneath[]): Cooldown | undefined {
  const [top, ...rest] = layers.map(alone);
  if (top === undefined) return undefined;
  return rest.length === 0 ? { ...top, scope } : { ...top, scope, beneath: rest };
}

/** Without what belongs to the whole stack. */
function alone(layer: Beneath): Beneath {
  const { scope: _scope, beneath: _beneath, ...rest } = layer as Cooldown;
  return rest;
}
