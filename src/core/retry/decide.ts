import type { DurationMs, EpochMs } from "../account";
import type { Failure, Outcome } from "../outcome";
import { capacityWaitMs, fullJitter, networkWaitMs } from "./backoff";

/** What one request has been through. Counts begin at 0. */
export interface Progress {
  /** Calls beyond the first that were not the leaving of a benched scope. */
  readonly repeatCount: number;
  /** Transient failures on the account in hand. */
  readonly transientCount: number;
  /** Quota scopes that said the model is busy. */
  readonly capacityCount: number;
  readonly capacityWaitCount: number;
  readonly emptyCount: number;
  /** It has asked one account more than the budget of the process could pay for. */
  readonly hasCredit: boolean;
  readonly refreshed: boolean;
  readonly repaired: boolean;
  readonly waitedHere: boolean;
  readonly waitedMs: DurationMs;
}

/** A request that has not been sent yet. */
export const beginning: Progress = {
  repeatCount: 0,
  transientCount: 0,
  capacityCount: 0,
  capacityWaitCount: 0,
  emptyCount: 0,
  hasCredit: false,
  refreshed: false,
  repaired: false,
  waitedHere: false,
  waitedMs: 0,
};

/** What to do next. `free`: leaving a benched scope costs no budget. `elsewhere`: never the scope in hand again. */
export type Verdict =
  | { readonly kind: "return" }
  | {
      readonly kind: "again";
      readonly delayMs: DurationMs;
      readonly progress: Progress;
      readonly how: "plain" | "refresh" | "repair";
    }
  | { readonly kind: "rotate"; readonly free: boolean; readonly delayMs: DurationMs; readonly progress: Progress }
  | { readonly kind: "give-up" };

/** What the decision may look at beside the outcome. */
export interface DecideContext {
  readonly now: EpochMs;
  readonly random: number;
  /** Another quota scope could take the call. */
  readonly othersUsable: boolean;
  /** The account is the one its conversation lives on. */
  readonly onBoundAccount: boolean;
  readonly canRefresh: boolean;
  /** The call carries thought signatures that have not been replaced yet. */
  readonly canRepair: boolean;
  /** It was the account's login that failed: Google has not seen the call. */
  readonly unsent: boolean;
  /** And that login failed a moment ago and was not tried again: nothing was sent at all. */
  readonly resting: boolean;
  /** How long the request has waited for logins, and whether only accounts that need one are left. */
  readonly logins: { readonly waitedMs: DurationMs; readonly areLeft: boolean };
  /** The model was busy here last time: this call is the probe. */
  readonly probing: boolean;
}

/** Repeats beyond the first call; with it, six calls at most. */
const MAX_REPEATS = 5;
const MAX_WAIT_MS: DurationMs = 30_000;
/** One more login may take ten seconds (`RENEWAL_LIMIT_MS`), and then it is half a minute. */
const MAX_LOGIN_WAIT_MS: DurationMs = 20_000;
/** A stated wait up to here is sat out: the account's prompt cache is worth more. */
const SIT_OUT_MS: DurationMs = 2_000;
const TRANSIENT_JITTER_MS: DurationMs = 500;

/** Turns an outcome into the next step. Every sequence of outcomes ends: each step spends something bounded. */
export function decide(outcome: Outcome, progress: Progress, context: DecideContext): Verdict {
  switch (outcome.kind) {
    case "success":
    case "aborted":
      return { kind: "return" };
    case "limited":
      return sitOut(outcome, progress, context) ?? leave(outcome.detailed, progress);
    case "denied":
      return leave(false, progress);
    case "parked":
      return elsewhere(progress, { own: true });
    case "unauthorized":
      return context.canRefresh && !progress.refreshed
        ? again({ ...progress, refreshed: true }, "refresh", 0)
        : elsewhere(progress, { own: true });
    case "signature":
      return context.canRepair && !progress.repaired ? again({ ...progress, repaired: true }, "repair", 0) : GIVE_UP;
    case "machine":
      return context.unsent && context.othersUsable ? elsewhere(progress, { own: true }) : GIVE_UP;
    case "capacity":
      return onCapacity(progress, context);
    case "transient":
      if (outcome.cause === "empty") return onEmpty(progress, context);
      return onTransient(outcome.cause === "network", progress, context);
    default:
      return GIVE_UP;
  }
}

const GIVE_UP: Verdict = { kind: "give-up" };

function again(progress: Progress, how: "plain" | "refresh" | "repair", delayMs: DurationMs): Verdict {
  return { kind: "again", delayMs, how, progress: { ...progress, waitedMs: progress.waitedMs + delayMs } };
}

/**
 * To another account; what one has taught says nothing about the next. `own`: the account alone is left, the next one may spend
 * the same quota, so a wait that was sat out for it counts on.
 */
export function elsewhere(progress: Progress, { free = true, delayMs = 0, own = false } = {}): Verdict {
  const waitedMs = progress.waitedMs + delayMs;
  const next = { ...progress, transientCount: 0, refreshed: false, waitedHere: own && progress.waitedHere, waitedMs };
  return { kind: "rotate", free, delayMs, progress: next };
}

/**
 * The process has nothing left for repeats: one other account may still be asked, so that what is wrong with one is not the request's
 * fault; more would be the storm that the budget is for. `wanted`: the step that was too dear.
 */
export function unpaid(wanted: Progress, othersUsable: boolean): Verdict {
  return othersUsable && !wanted.hasCredit ? elsewhere({ ...wanted, hasCredit: true }, { free: false }) : GIVE_UP;
}

/** Leaving a benched scope is free where Google explained itself; the unexplained could be the backend's and is bounded. */
function leave(explained: boolean, progress: Progress): Verdict {
  if (explained) return elsewhere(progress);
  const next = { ...progress, repeatCount: progress.repeatCount + 1 };
  return next.repeatCount > MAX_REPEATS ? GIVE_UP : elsewhere(next, { free: false });
}

function sitOut(
  outcome: Extract<Failure, { kind: "limited" }>,
  progress: Progress,
  context: DecideContext,
): Verdict | undefined {
  if (outcome.until === undefined || progress.waitedHere) return undefined;
  const waitMs = Math.max(0, outcome.until - context.now);
  const worthIt = context.onBoundAccount || !context.othersUsable;
  if (!worthIt || waitMs > SIT_OUT_MS || progress.waitedMs + waitMs > MAX_WAIT_MS) return undefined;
  return again({ ...progress, waitedHere: true }, "plain", waitMs);
}

function onTransient(isNetwork: boolean, progress: Progress, context: DecideContext): Verdict {
  // A login that cannot be had says little about the others, so it costs no budget; but a dead network may be all there is to it.
  if (context.unsent && context.othersUsable) return nextLogin(isNetwork, progress, context);
  if (context.unsent && context.logins.waitedMs > MAX_LOGIN_WAIT_MS) return GIVE_UP;
  const next = { ...progress, repeatCount: progress.repeatCount + 1, transientCount: progress.transientCount + 1 };
  const knowsEnough = context.probing && !isNetwork && progress.repeatCount > 0;
  if (next.repeatCount > MAX_REPEATS || knowsEnough) return GIVE_UP;
  // A network that is down is down for every account, so its gaps grow; a server is asked once more and then left.
  const capMs = isNetwork ? networkWaitMs(progress.repeatCount) : TRANSIENT_JITTER_MS;
  const delayMs = fullJitter(capMs, context.random);
  const isTooLong = progress.waitedMs + delayMs > MAX_WAIT_MS;
  if (isNetwork && isTooLong) return GIVE_UP;
  const leave = context.othersUsable && (context.probing || progress.transientCount > 0 || isTooLong);
  if (leave) return elsewhere(next, { free: false, delayMs: isNetwork ? delayMs : 0 });
  const once = progress.transientCount === 0 && !context.probing && !isTooLong;
  return once || isNetwork ? again(next, "plain", delayMs) : GIVE_UP;
}

/** Another account after a login that failed; with gaps only where all that are left go the same way. */
function nextLogin(isNetwork: boolean, progress: Progress, { resting, logins, random }: DecideContext): Verdict {
  if (resting) return elsewhere(progress, { own: true });
  const repeatCount = progress.repeatCount + 1;
  if (repeatCount > MAX_REPEATS || logins.waitedMs > MAX_LOGIN_WAIT_MS) return GIVE_UP;
  const delayMs = isNetwork && logins.areLeft ? fullJitter(networkWaitMs(progress.repeatCount), random) : 0;
  return elsewhere({ ...progress, repeatCount }, { own: true, delayMs });
}

/** An empty answer: once more here, once elsewhere, then the host is told. */
function onEmpty(progress: Progress, context: DecideContext): Verdict {
  const next = { ...progress, repeatCount: progress.repeatCount + 1, emptyCount: progress.emptyCount + 1 };
  if (next.repeatCount > MAX_REPEATS || progress.emptyCount >= 2) return GIVE_UP;
  if (progress.emptyCount === 0) return again(next, "plain", 0);
  return context.othersUsable ? elsewhere(next, { free: false }) : GIVE_UP;
}

/** A busy model: one account of another project at once; if it says the same, short waits, then the host is told. */
function onCapacity(progress: Progress, context: DecideContext): Verdict {
  const next = { ...progress, repeatCount: progress.repeatCount + 1, capacityCount: progress.capacityCount + 1 };
  if (next.repeatCount > MAX_REPEATS) return GIVE_UP;
  if (progress.capacityCount === 0 && context.othersUsable) {
    return elsewhere(next, { free: false });
  }
  const capMs = context.probing ? undefined : capacityWaitMs(progress.capacityWaitCount);
  if (capMs === undefined) return GIVE_UP;
  const delayMs = fullJitter(capMs, context.random);
  if (progress.waitedMs + delayMs > MAX_WAIT_MS) return GIVE_UP;
  return again({ ...next, capacityWaitCount: progress.capacityWaitCount + 1 }, "plain", delayMs);
}
