import type { Account, BackendName, DurationMs, EpochMs } from "../core/account";
import { probeLessons } from "../core/quota/learn";
import { leftByReading } from "../core/quota/left";
import type { RecordPlace } from "../core/quota/place";
import { type QuotaScope, quotaScopeOf } from "../core/scope";
import type { AccountEntry } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Access, QuotaProbe } from "../ports/upstream";
import type { Clock } from "../ports/world";

/** A reading, and a probe that said nothing, hold for so long. */
const FRESH_MS: DurationMs = 300_000;
/** A probe that takes longer has failed; nobody waits for it. */
const BUDGET_MS: DurationMs = 2_000;
/** Backends that can be asked. */
const ASKED: ReadonlySet<BackendName> = new Set<BackendName>(["code-assist"]);

export interface QuotaWatchParts {
  readonly probe: QuotaProbe;
  readonly state: StateStore;
  readonly clock: Clock;
  /** Calls of this process that are out now, by quota. */
  readonly inFlightNow?: () => (place: RecordPlace) => number;
}

/**
 * Keeps an eye on what is left of the accounts in use: asks in the background when one is used, at most once in five
 * minutes per quota among all processes, and again after a refusal. Never delays and never fails a request.
 */
export class QuotaWatch {
  readonly #parts: QuotaWatchParts;
  readonly #askedAt = new Map<QuotaScope, EpochMs>();
  readonly #refusedAt = new Map<QuotaScope, EpochMs>();
  readonly #asking = new Set<QuotaScope>();

  constructor(parts: QuotaWatchParts) {
    this.#parts = parts;
  }

  /** Whether it is time to read what is left of an account. */
  isDue({ account }: AccountEntry): boolean {
    const scope = quotaScopeOf(account);
    return ASKED.has(account.backend) && !this.#asking.has(scope) && this.#isDue(scope);
  }

  /** It could not be asked: not tried again before the next reading would be due. */
  missed({ account }: AccountEntry): void {
    this.#askedAt.set(quotaScopeOf(account), this.#parts.clock.now());
  }

  /** An account is in use: its reading is renewed where it is old or refuted. Resolves when that is done, for tests. */
  async used(entry: AccountEntry, access: Access): Promise<void> {
    if (!this.isDue(entry)) return;
    const { account } = entry;
    const scope = quotaScopeOf(account);
    const { probe, state, clock, inFlightNow = () => () => 0 } = this.#parts;
    // What was counted and out before the question is what Google's answer has in it at least.
    const asked = { now: clock.now(), inFlightAt: inFlightNow() };
    const known = new Map(state.current().quotas);
    this.#asking.add(scope);
    this.#askedAt.set(scope, asked.now);
    const budget = new AbortController();
    const cancel = clock.after(BUDGET_MS, () => budget.abort(new DOMException("no answer in time", "TimeoutError")));
    try {
      const readings = await probe.probe(account, access, budget.signal);
      const owner = { backend: account.backend, quotaScope: scope };
      state.apply(probeLessons(owner, readings, known, asked));
    } finally {
      cancel();
      this.#asking.delete(scope);
    }
  }

  /** Google refused for quota: whatever was read before is worth nothing. */
  refused(account: Account): void {
    const scope = quotaScopeOf(account);
    this.#refusedAt.set(scope, this.#parts.clock.now());
    this.#askedAt.delete(scope);
  }

  /** Other processes ask too: what they read counts, unless Google has refused since. */
  #isDue(scope: QuotaScope): boolean {
    const now = this.#parts.clock.now();
    if (Math.abs(now - (this.#askedAt.get(scope) ?? 0)) < FRESH_MS) return false;
    let readAt = 0;
    let refusedAt = this.#refusedAt.get(scope) ?? 0;
    for (const record of this.#parts.state.current().quotas.values()) {
      if (record.quotaScope !== scope) continue;
      readAt = Math.max(readAt, leftByReading(record, now)?.observedAt ?? 0);
      refusedAt = Math.max(refusedAt, record.refusal?.observedAt ?? 0);
    }
    return readAt <= refusedAt || now - readAt >= FRESH_MS;
  }
}
