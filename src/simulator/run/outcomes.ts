import type { EpochMs } from "../../core/account";
import type { Failure } from "../../core/outcome";
import type { Period } from "../../core/quota/period";
import { type LimitFacts, wholeSeconds } from "../limit-facts";
import { limitNames } from "../limit-names";
import type { OutageAnswer, PlannedBackend } from "./plan";

/** Who is refused, and when. */
export interface Refusing {
  readonly backend: PlannedBackend;
  readonly tier: "free" | "paid";
  readonly now: EpochMs;
  /** What a per-day refusal of a key says as its wait, in seconds; default the truth. */
  readonly dayRetrySeconds?: number | undefined;
}

/** A reached limit as the pool would read Google's refusal of it (a test holds this against `google/errors`). */
export function limitOutcome(facts: LimitFacts, refusing: Refusing): Failure {
  return refusing.backend === "gemini-api" ? projectOutcome(facts, refusing) : personOutcome(facts, refusing);
}

/** Keys are told which limit, its value and whole seconds. A limit of 0 means that the tier does not have the model. */
function projectOutcome({ reached, decisive, waitMs }: LimitFacts, { tier, now, dayRetrySeconds }: Refusing): Failure {
  const isDaily = decisive.window === "day";
  const isMissing = reached.some(({ limit }) => limit === 0);
  const stated = isDaily ? dayRetrySeconds : undefined;
  const seconds = stated === undefined ? wholeSeconds(waitMs) : Math.ceil(stated);
  const period: Period = isDaily ? "pacific-day" : "minute";
  return {
    kind: "limited",
    scope: "quota",
    reason: isMissing ? "model-unavailable" : isDaily ? "daily-quota" : "rate-limit",
    detailed: true,
    ...(isMissing ? {} : { until: now + seconds * 1000 }),
    quotaId: limitNames(tier, decisive).quotaId,
    quotaValue: decisive.limit,
    window: { meter: decisive.meter, period },
    ...REFUSED,
  };
}

/** Seats are told an instant, to the second, and no limit. */
function personOutcome({ decisive, waitMs }: LimitFacts, { now }: Refusing): Failure {
  return {
    kind: "limited",
    scope: "quota",
    reason: decisive.window === "minute" ? "rate-limit" : "quota",
    detailed: true,
    until: wholeSeconds(now + waitMs) * 1000,
    ...REFUSED,
  };
}

const REFUSED = { status: 429, sentence: "Quota reached." };

/** What the pool makes of an outage's answer. */
export const OUTAGE_OUTCOMES: Readonly<Record<OutageAnswer, Failure>> = {
  busy: { kind: "capacity", detailed: false, status: 503, sentence: "The model is overloaded." },
  "server-error": { kind: "transient", cause: "server", status: 500, sentence: "Internal error encountered." },
  network: { kind: "transient", cause: "network", status: 0, sentence: "network: the connection was refused" },
  unexplained: {
    kind: "limited",
    scope: "quota",
    reason: "unexplained",
    detailed: false,
    status: 429,
    sentence: "Resource has been exhausted (e.g. check quota).",
  },
};
