import type { AccountId, DurationMs, EpochMs } from "../core/account";
import type { BusyPlace } from "../core/health/busy";
import { isFailure, type Outcome } from "../core/outcome";
import type { Refusal } from "../core/refusal";
import { deposit } from "../core/retry/budget";
import { beginning, decide, type Progress, unpaid, type Verdict } from "../core/retry/decide";
import type { AccessResult, SignaturePolicy } from "../ports/upstream";
import { isBusy, reachOf, spoiltBy } from "./blame";
import { type DispatchParts, type Errand, pays, repeatsItself, type Shared } from "./errand";
import { NOT_YET } from "./held-token";
import type { Lease } from "./lease";
import { Left } from "./left";
import type { Wish } from "./look";
import { recheck } from "./recheck";
import type { Reply } from "./reply";
import { RequestBody } from "./request-body";
import { type Sent, send } from "./send";
import { Setbacks } from "./setbacks";
import { sitOut, takeTurn } from "./turn";

/** What one attempt came to. */
interface Attempt {
  readonly access: AccessResult;
  readonly sent: Sent;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
}

/** The steps of one request and what it has been through. Lives as long as the request; not shared. */
export class Journey {
  readonly #parts: DispatchParts;
  readonly #shared: Shared;
  readonly #errand: Errand;
  readonly #left = new Left();
  #progress: Progress = beginning;
  #lease: Lease | undefined;
  readonly #setbacks = new Setbacks();
  #isCounted = false;
  readonly #requestId: string;
  readonly #body: RequestBody;

  constructor(parts: DispatchParts, shared: Shared, errand: Errand) {
    this.#parts = parts;
    this.#shared = shared;
    this.#errand = errand;
    this.#body = new RequestBody(errand.request.body, parts);
    shared.budget = deposit(shared.budget, parts.clock.now());
    shared.requestCount += 1;
    this.#requestId = String(shared.requestCount);
  }

  /** The account in hand, else one that can take the call, after a short wait if that is all it takes. */
  async acquire(): Promise<{ kind: "leased"; lease: Lease } | Reply> {
    const { pool, clock } = this.#parts;
    const lease = this.#lease;
    if (lease && pool.isOpen(lease.entry.account.id, this.#wish.model, lease.pickedAt))
      return { kind: "leased", lease };
    this.abandon();
    if (this.#isLoop()) return this.#refused({ kind: "loop", model: this.#wish.model });
    this.#left.reconsider(() => pool.othersUsable(this.#wish));
    const { signal } = this.#errand.request;
    const turn = await takeTurn({ pool, clock, wish: this.#wish, signal, waitedMs: this.#progress.waitedMs });
    this.#progress = { ...this.#progress, waitedMs: turn.waitedMs };
    if (turn.acquired.kind === "leased") return this.#take(turn.acquired.lease);
    void recheck(turn.acquired.resting, this.#parts);
    return this.#end({ refusal: turn.acquired.refusal });
  }

  async authorize({ entry }: Lease): Promise<AccessResult> {
    const { tokens, quotas, clock } = this.#parts;
    const { account, credential } = entry;
    const patience = () => (this.#isReplaceable(account.id) ? this.#left.patienceMs : undefined);
    const began = clock.now();
    const result = await tokens.access(account, credential, this.#errand.request.signal, patience);
    this.#left.waited(clock.now() - began);
    // Nobody waits for it.
    if (result.kind === "access") void quotas.used(entry, result.access);
    return result;
  }

  async send(lease: Lease, result: AccessResult): Promise<Sent> {
    const { entry } = lease;
    const backend = this.#parts.backends[entry.account.backend];
    if (result.kind === "failed") return { kind: "failed", outcome: result.outcome };
    if (!backend) throw new Error(`the pool leased an account of ${entry.account.backend}, which is not served`);
    const { fetch, clock } = this.#parts;
    const { request, call } = this.#errand;
    const options = { signatures: this.#signaturesFor(lease) };
    lease.sending();
    return send({ fetch, clock, backend, request, call, entry, access: result.access, options });
  }

  /** The pool learns what happened: now, or at the end of an answer that has begun. */
  settle(lease: Lease, access: AccessResult, sent: Sent): Outcome {
    if (sent.kind === "answered") {
      lease.answered(this.#signaturesFor(lease).kind !== "keep");
      sent.ended
        .then((outcome) => {
          lease.minted(sent.minted());
          lease.learn(outcome, "google");
        })
        .finally(() => lease.release());
      return { kind: "success" };
    }
    if (sent.outcome.kind !== "unauthorized" || !this.#canRefresh(lease))
      lease.learn(sent.outcome, reachOf(access, sent.outcome));
    if (sent.outcome.kind === "limited") this.#parts.quotas.refused(lease.entry.account);
    return sent.outcome;
  }

  decide(lease: Lease, access: AccessResult, outcome: Outcome): Verdict {
    if (!isFailure(outcome)) return { kind: "return" };
    // Who was passed over for a slow login could answer, too; a stated wait is shorter than that may take.
    const left = this.#left.after(spoiltBy(lease.entry.account, access, outcome), outcome.kind !== "limited");
    const othersUsable = this.#parts.pool.othersUsable({ ...this.#wish, left });
    if (outcome === NOT_YET.outcome && !othersUsable)
      return { kind: "again", delayMs: 0, how: "plain", progress: this.#progress };
    const verdict = decide(outcome, this.#progress, {
      now: this.#parts.clock.now(),
      random: this.#parts.chance.random(),
      othersUsable,
      onBoundAccount: lease.onBoundAccount,
      canRefresh: this.#canRefresh(lease),
      canRepair: outcome.kind === "signature" && this.#body.isRepairable,
      unsent: access.kind === "failed",
      resting: outcome === NOT_YET.outcome || (access.kind === "failed" && access.isResting === true),
      logins: this.#left,
      probing: this.#parts.pool.isProbe(this.#placeOf(lease)),
    });
    return this.#paid(verdict, othersUsable);
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
    if (verdict.delayMs === 0) return undefined;
    if (verdict.kind === "again") await this.#sitOut(verdict.delayMs, lease, { access, outcome });
    else await this.#parts.clock.sleep(verdict.delayMs, this.#errand.request.signal);
    return undefined;
  }

  /** Waits with the account in hand. Where there was nobody else, whoever comes meanwhile is asked instead. */
  async #sitOut(ms: DurationMs, lease: Lease, { access, outcome }: Pick<Attempt, "access" | "outcome">): Promise<void> {
    const wish = { ...this.#wish, left: this.#left.after(spoiltBy(lease.entry.account, access, outcome)) };
    const isReplaced = await sitOut(ms, { ...this.#parts, wish, signal: this.#errand.request.signal });
    if (isReplaced) return this.#leave(lease, outcome, access);
    // Others may have taken what became free: it is asked for anew.
    if (outcome.kind === "limited") this.abandon();
  }

  /** Whether somebody else could take the call now. */
  #isReplaceable(id: AccountId): boolean {
    const wish = { ...this.#wish, left: this.#left.after([id], true) };
    return this.#left.patienceMs !== undefined && this.#parts.pool.othersUsable(wish);
  }

  /** Lets go of the account in hand. */
  abandon(): void {
    this.#lease?.release();
    this.#lease = undefined;
  }

  #signaturesFor({ signatures }: Lease): SignaturePolicy {
    return this.#body.policy(signatures, this.#progress.repaired);
  }

  #placeOf({ entry: { account } }: Lease): BusyPlace {
    return { backend: account.backend, model: this.#wish.model };
  }

  get #wish(): Wish {
    const { call, candidate } = this.#errand;
    return {
      call,
      model: candidate.model,
      left: this.#left.names,
      textChars: this.#body.textChars,
      requestId: this.#requestId,
    };
  }

  /** Counted once for a request, however often it asks for an account. */
  #isLoop(): boolean {
    if (this.#isCounted) return false;
    this.#isCounted = true;
    return repeatsItself(this.#shared, this.#errand, this.#parts.clock.now());
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
    const { account } = lease.entry;
    if (outcome === NOT_YET.outcome) this.#left.passOver(account.id, access.kind === "failed" && !access.isResting);
    else this.#left.add(spoiltBy(account, access, outcome));
    this.#setbacks.note({ account, outcome, unsent: access.kind === "failed" });
    this.abandon();
  }

  #canRefresh({ entry }: Lease): boolean {
    return entry.credential.kind !== "api-key" && !this.#progress.refreshed;
  }

  /** The step itself where it costs nothing or the budget of the process pays for it; else what is left to do. */
  #paid(verdict: Verdict, othersUsable: boolean): Verdict {
    if (verdict.kind === "return" || verdict.kind === "give-up") return verdict;
    const before = this.#progress;
    const isFree = verdict.kind === "rotate" ? verdict.free : verdict.progress.repeatCount === before.repeatCount;
    if (isFree || pays(this.#shared, this.#parts.clock.now())) return verdict;
    return unpaid(verdict.progress, othersUsable);
  }

  /** A model that was asked for in vain pauses on its backend, so that the host's repeats do not ask again at once. */
  #busyUntil(lease: Lease, access: AccessResult, outcome: Outcome): EpochMs | undefined {
    return isBusy(access, outcome) ? this.#parts.pool.foundBusy(this.#placeOf(lease), outcome) : undefined;
  }

  /** The last word: on the last failure, or, where nobody is left to ask, on the pool's refusal. */
  #end({ refusal, until }: { refusal?: Refusal; until?: EpochMs | undefined }): Reply {
    const where = { model: this.#wish.model, now: this.#parts.clock.now(), until };
    const mayOthers = () => this.#parts.pool.othersUsable({ ...this.#wish, left: new Set() });
    const reply = refusal ? this.#setbacks.reply(refusal, where, mayOthers) : this.#setbacks.lastWord(where);
    return reply.kind === "refused" ? this.#refused(reply.refusal) : reply;
  }

  #refused(refusal: Refusal): Reply {
    const until = "until" in refusal ? refusal.until : undefined;
    this.#parts.events.emit({ type: "request.refused", at: this.#parts.clock.now(), because: refusal.kind, until });
    return { kind: "refused", refusal };
  }
}
