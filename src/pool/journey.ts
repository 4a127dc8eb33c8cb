import type { BackendName, DurationMs, EpochMs } from "../core/account";
import type { CallTraits } from "../core/call";
import type { BusyPlace } from "../core/health/busy";
import { isFailure, type Outcome } from "../core/outcome";
import type { Refusal } from "../core/refusal";
import { deposit, type RetryBudget, withdraw } from "../core/retry/budget";
import { beginning, decide, elsewhere, type Progress, type Verdict } from "../core/retry/decide";
import type { LoopGuard } from "../core/retry/loop";
import type { Candidate } from "../core/route/candidates";
import { quotaScopeOf } from "../core/scope";
import type { AccessResult, Backend, EncodeOptions, HostRequest, TokenSource } from "../ports/upstream";
import type { Chance, Clock, EventSink, Fetch } from "../ports/world";
import type { AccountPool, Wish } from "./account-pool";
import { hasArrived, isBusy, isOwn } from "./blame";
import type { Lease } from "./lease";
import type { Reply } from "./reply";
import { type Sent, send } from "./send";
import { Setbacks } from "./setbacks";

/** What the loop is made of. `describe` tells a model call from anything else under the base URL. */
export interface DispatchParts {
  readonly pool: AccountPool;
  readonly tokens: TokenSource;
  readonly backends: Readonly<Partial<Record<BackendName, Backend>>>;
  readonly describe: (request: HostRequest) => CallTraits | undefined;
  /** Whether a body carries thought signatures. */
  readonly hasSignatures: (body: string) => boolean;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly events: EventSink;
}

/** What all requests of a process share. */
export interface Shared {
  readonly loop: LoopGuard;
  budget: RetryBudget;
}

/** One request under way: what was asked and where it may go. */
export interface Errand {
  readonly request: HostRequest;
  readonly call: CallTraits;
  readonly candidate: Candidate;
}

/** What one attempt came to. */
interface Attempt {
  readonly access: AccessResult;
  readonly sent: Sent;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
}

/** Waits for somebody to come back stay below these: longer ones are the host's to show. */
const WAIT_MS: DurationMs = 2_000;
const WAIT_SUM_MS: DurationMs = 30_000;

/** The steps of one request and what it has been through. Lives as long as the request; not shared. */
export class Journey {
  readonly #parts: DispatchParts;
  readonly #shared: Shared;
  readonly #errand: Errand;
  readonly #left = new Set<string>();
  #progress: Progress = beginning;
  #lease: Lease | undefined;
  readonly #setbacks = new Setbacks();
  #replaced = false;
  #signed: boolean | undefined;

  constructor(parts: DispatchParts, shared: Shared, errand: Errand) {
    this.#parts = parts;
    this.#shared = shared;
    this.#errand = errand;
    shared.budget = deposit(shared.budget, parts.clock.now());
  }

  /** The account in hand, else one that can take the call, after a short wait if that is all it takes. */
  async acquire(): Promise<{ kind: "leased"; lease: Lease } | Reply> {
    if (this.#lease && this.#parts.pool.isOpen(this.#lease.entry.account.id))
      return { kind: "leased", lease: this.#lease };
    this.abandon();
    if (this.#isLoop()) return this.#refused({ kind: "loop", model: this.#wish.model });
    const { pool, clock } = this.#parts;
    for (;;) {
      const acquired = pool.acquire(this.#wish);
      if (acquired.kind === "leased") return this.#take(acquired.lease);
      const waitMs = Math.max(1, (acquired.backAt ?? Number.POSITIVE_INFINITY) - clock.now());
      if (waitMs > WAIT_MS || this.#progress.waitedMs + waitMs > WAIT_SUM_MS)
        return this.#end({ refusal: acquired.refusal });
      await clock.sleep(waitMs, this.#errand.request.signal);
      this.#progress = { ...this.#progress, waitedMs: this.#progress.waitedMs + waitMs };
    }
  }

  authorize({ entry }: Lease): Promise<AccessResult> {
    return this.#parts.tokens.access(entry.account, entry.credential, this.#errand.request.signal);
  }

  async send({ entry, foreignHistory }: Lease, result: AccessResult): Promise<Sent> {
    const backend = this.#parts.backends[entry.account.backend];
    if (result.kind === "failed") return { kind: "failed", outcome: result.outcome };
    if (!backend) throw new Error(`the pool leased an account of ${entry.account.backend}, which is not served`);
    const { fetch, clock } = this.#parts;
    const { request, call } = this.#errand;
    this.#replaced = (foreignHistory || this.#progress.repaired) && this.#hasSignatures();
    const options: EncodeOptions = { signatures: { kind: this.#replaced ? "replace" : "keep" } };
    return send({ fetch, clock, backend, request, call, entry, access: result.access, options });
  }

  /** The pool learns what happened: now, or at the end of an answer that has begun. */
  settle(lease: Lease, access: AccessResult, sent: Sent): Outcome {
    if (sent.kind === "answered") {
      lease.answered(this.#replaced);
      sent.ended.then((outcome) => {
        lease.learn(outcome, true);
        lease.release();
      });
      return { kind: "success" };
    }
    if (sent.outcome.kind !== "unauthorized" || !this.#canRefresh(lease))
      lease.learn(sent.outcome, hasArrived(access, sent.outcome));
    return sent.outcome;
  }

  decide(lease: Lease, access: AccessResult, outcome: Outcome): Verdict {
    if (!isFailure(outcome)) return { kind: "return" };
    const now = this.#parts.clock.now();
    const left = this.#leftWith(lease, access, outcome);
    const othersUsable = this.#parts.pool.othersUsable({ ...this.#wish, left });
    const verdict = decide(outcome, this.#progress, {
      now,
      random: this.#parts.chance.random(),
      othersUsable,
      onBoundAccount: lease.onBoundAccount,
      canRefresh: this.#canRefresh(lease),
      canRepair: !this.#replaced && this.#hasSignatures(),
      unsent: access.kind === "failed",
      probing: this.#parts.pool.isProbe(this.#placeOf(lease)),
    });
    if (this.#affordable(verdict)) return verdict;
    // Nothing left for repeats, but whoever has not been asked yet costs none.
    return othersUsable ? elsewhere(this.#progress) : { kind: "give-up" };
  }

  /** The reply, or nothing where another attempt follows. */
  async answer(lease: Lease, { access, sent, outcome, verdict }: Attempt): Promise<Reply | undefined> {
    if (verdict.kind === "return") {
      if (sent.kind === "answered") return { kind: "answered", response: sent.response };
      throw this.#errand.request.signal?.reason ?? new DOMException("The call was aborted", "AbortError");
    }
    if (verdict.kind !== "again") this.#leave(lease, outcome, access);
    if (verdict.kind === "give-up") return this.#end({ until: this.#busyUntil(lease, access, outcome) });
    this.#progress = verdict.progress;
    if (verdict.kind === "again" && verdict.how === "refresh" && access.kind === "access") {
      this.#parts.tokens.invalidate(lease.entry.account, access.access);
    }
    if (verdict.delayMs > 0) await this.#parts.clock.sleep(verdict.delayMs, this.#errand.request.signal);
    return undefined;
  }

  /** Lets go of the account in hand. */
  abandon(): void {
    this.#lease?.release();
    this.#lease = undefined;
  }

  /** Looked for once: the body of a request stays as it is. */
  #hasSignatures(): boolean {
    const { body = "" } = this.#errand.request;
    this.#signed ??= this.#parts.hasSignatures(body);
    return this.#signed;
  }

  #placeOf({ entry: { account } }: Lease): BusyPlace {
    return { backend: account.backend, model: this.#wish.model };
  }

  get #wish(): Wish {
    const { call, candidate } = this.#errand;
    return { call, model: candidate.model, left: this.#left };
  }

  #isLoop(): boolean {
    if (this.#setbacks.lastAccountId !== undefined) return false;
    const { request, call } = this.#errand;
    if (call.sessionId === undefined || request.body === undefined) return false;
    return this.#shared.loop.repeats(call.sessionId, request.body, this.#parts.clock.now());
  }

  #take(lease: Lease): { kind: "leased"; lease: Lease } {
    this.#lease = lease;
    const from = this.#setbacks.lastAccountId;
    const to = lease.entry.account.id;
    if (from !== undefined && from !== to) {
      const at = this.#parts.clock.now();
      this.#parts.events.emit({ type: "account.switched", at, from, to, because: lease.because });
    }
    return { kind: "leased", lease };
  }

  #leave(lease: Lease, outcome: Outcome, access: AccessResult): void {
    for (const name of this.#leftWith(lease, access, outcome)) this.#left.add(name);
    this.#setbacks.note({ account: lease.entry.account, outcome, unsent: access.kind === "failed" });
    this.abandon();
  }

  /** What this request must not meet again. */
  #leftWith({ entry: { account } }: Lease, access: AccessResult, outcome: Outcome): ReadonlySet<string> {
    return new Set([...this.#left, isOwn(access, outcome) ? account.id : quotaScopeOf(account)]);
  }

  #canRefresh({ entry }: Lease): boolean {
    return entry.credential.kind !== "api-key" && !this.#progress.refreshed;
  }

  /** Pays for a repeat out of the budget of the process; false where there is nothing left. */
  #affordable(verdict: Verdict): boolean {
    if (verdict.kind !== "again" && verdict.kind !== "rotate") return true;
    if (verdict.progress.repeatCount === this.#progress.repeatCount) return true;
    const paid = withdraw(this.#shared.budget, this.#parts.clock.now());
    if (paid) this.#shared.budget = paid;
    return paid !== undefined;
  }

  /** A model that was asked for in vain pauses on its backend, so that the host's repeats do not ask again at once. */
  #busyUntil(lease: Lease, access: AccessResult, outcome: Outcome): EpochMs | undefined {
    return isBusy(access, outcome) ? this.#parts.pool.foundBusy(this.#placeOf(lease), outcome) : undefined;
  }

  /** The last word: on the last failure, or, where nobody is left to ask, on the pool's refusal. */
  #end({ refusal, until }: { refusal?: Refusal; until?: EpochMs | undefined }): Reply {
    const where = { model: this.#wish.model, now: this.#parts.clock.now(), until };
    const reply = refusal ? this.#setbacks.reply(refusal, where) : this.#setbacks.lastWord(where);
    return reply.kind === "refused" ? this.#refused(reply.refusal) : reply;
  }

  #refused(refusal: Refusal): Reply {
    const until = "until" in refusal ? refusal.until : undefined;
    this.#parts.events.emit({ type: "request.refused", at: this.#parts.clock.now(), because: refusal.kind, until });
    return { kind: "refused", refusal };
  }
}
