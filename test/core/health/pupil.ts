import type { Account, DurationMs } from "../../../src/core/account";
import type { Cooldown } from "../../../src/core/cooldown";
import { advance, answered, type Settlement } from "../../../src/core/health/advance";
import type { Failure, Outcome } from "../../../src/core/outcome";
import { quotaScopeOf, type Scope, scopeKey } from "../../../src/core/scope";
import type { StateChange } from "../../../src/core/state";
import { createLearnt } from "../../../src/storage/learnt";
import { NOW } from "../../support/builders";

type Told = Partial<Pick<Settlement, "model" | "requestId" | "startedAt" | "unsent" | "inFlightCount">>;

/** A memory that is told one attempt after the other, as the pool would; its clock stands until `wait`. */
export function pupil(...accounts: Account[]) {
  const learnt = createLearnt();
  let [now, requests] = [NOW, 0];
  const learn = (changes: readonly StateChange[]) => {
    for (const change of changes) learnt.apply(change);
    return changes;
  };
  const settlement = (account: Account, outcome: Outcome, told: Told): Settlement => ({
    account,
    model: "m",
    outcome,
    startedAt: now,
    requestId: `request-${++requests}`,
    accounts: () => accounts,
    ...told,
  });
  const cooldown = (scope: Scope): Cooldown | undefined => learnt.state.cooldowns.get(scopeKey(scope));
  return {
    state: learnt.state,
    now: () => now,
    wait: (ms: DurationMs) => {
      now += ms;
    },
    learn,
    /** Settles an attempt that began just now, unless told otherwise. */
    settle: (account: Account, outcome: Outcome, told: Told = {}) =>
      learn(advance(learnt.state, settlement(account, outcome, told), now)),
    /** The first output of a good answer is there. */
    answer: (account: Account, told: Told = {}) =>
      learn(answered(learnt.state, settlement(account, { kind: "success" }, told), now)),
    cooldown,
    /** What keeps the account from the model `m` for its quota. */
    quota: (account: Account) => cooldown({ kind: "quota", quotaScope: quotaScopeOf(account), group: "m" }),
    busy: () => cooldown({ kind: "backend-model", backend: "gemini-api", model: "m" }),
    outage: () => cooldown({ kind: "backend", backend: "gemini-api" }),
  };
}

type Refusal<K extends Failure["kind"]> = Extract<Failure, { kind: K }>;

/** A refusal for quota that names neither reason nor limit nor time. */
export const bare = (more: Partial<Refusal<"limited">> = {}): Refusal<"limited"> => ({
  kind: "limited",
  scope: "quota",
  reason: "unexplained",
  detailed: false,
  status: 429,
  sentence: "Resource has been exhausted.",
  ...more,
});

/** A refusal for a limit that Google names, with half a minute to wait. */
export const named = (more: Partial<Refusal<"limited">> = {}): Refusal<"limited"> => ({
  kind: "limited",
  scope: "quota",
  reason: "rate-limit",
  detailed: true,
  quotaId: "RequestsPerMinute",
  window: { meter: "requests", period: "minute" },
  status: 429,
  sentence: "The rate limit is reached.",
  ...more,
});

export const DENIED: Refusal<"denied"> = { kind: "denied", status: 403, sentence: "no" };
export const DOWN: Refusal<"transient"> = { kind: "transient", cause: "network", status: 0, sentence: "no route" };
export const BROKEN: Refusal<"transient"> = { kind: "transient", cause: "server", status: 500, sentence: "internal" };
export const SUCCESS: Outcome = { kind: "success" };
