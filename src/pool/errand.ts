import type { BackendName, EpochMs } from "../core/account";
import type { CallTraits } from "../core/call";
import { type RetryBudget, withdraw } from "../core/retry/budget";
import type { LoopGuard } from "../core/retry/loop";
import type { Candidate } from "../core/route/candidates";
import type { Backend, HostRequest, TokenSource } from "../ports/upstream";
import type { Chance, Clock, EventSink, Fetch } from "../ports/world";
import type { AccountPool } from "./account-pool";
import type { QuotaWatch } from "./quota-watch";

/** What the loop is made of. `describe` tells a model call from anything else under the base URL. */
export interface DispatchParts {
  readonly pool: AccountPool;
  readonly tokens: TokenSource;
  readonly backends: Readonly<Partial<Record<BackendName, Backend>>>;
  readonly describe: (request: HostRequest) => CallTraits | undefined;
  /** Whether a body carries thought signatures. */
  readonly hasSignatures: (body: string) => boolean;
  /** Whether a refused body may be sent again with its signatures replaced or put in. */
  readonly isRepairable: (body: string) => boolean;
  /** How many characters of a body its tokens can be estimated from; 0 where they cannot. */
  readonly textChars: (body: string) => number;
  readonly quotas: QuotaWatch;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly events: EventSink;
}

/** What all requests of a process share. */
export interface Shared {
  readonly loop: LoopGuard;
  budget: RetryBudget;
  /** How many requests there were. */
  requestCount: number;
}

/** Takes a repeat out of the budget of the process; false where there is nothing left. */
export function pays(shared: Shared, now: EpochMs): boolean {
  const left = withdraw(shared.budget, now);
  if (left) shared.budget = left;
  return left !== undefined;
}

/** One request under way: what was asked and where it may go. */
export interface Errand {
  readonly request: HostRequest;
  readonly call: CallTraits;
  readonly candidate: Candidate;
}

/** Whether the host has sent the same request too often; counts it. */
export function repeatsItself({ loop }: Shared, { request, call }: Errand, now: EpochMs): boolean {
  if (call.sessionId === undefined || request.body === undefined) return false;
  return loop.repeats(call.sessionId, request.body, now);
}
