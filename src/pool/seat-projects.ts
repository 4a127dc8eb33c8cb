import type { Account, AccountId } from "../core/account";
import type { Credential } from "../core/credential";
import { PoolError } from "../core/errors";
import type { Failure, Outcome } from "../core/outcome";
import type { AccountStore } from "../ports/account-store";
import type { CodeAssistSetup, SeatFound } from "../ports/login";
import type { Access, AccessResult, Patience, TokenSource } from "../ports/upstream";
import type { Clock, EventSink } from "../ports/world";
import { RENEWAL_LIMIT_MS } from "./held-token";
import { PatientFlights, type Wait } from "./patient-flights";
import { RenewalFailures } from "./renewal-failures";
import { within } from "./time-limit";

interface SeatProjectParts {
  readonly tokens: TokenSource;
  readonly setup: CodeAssistSetup;
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly events: EventSink;
}

type Bearer = Extract<Access, { kind: "bearer" }>;

/** What looking a seat up came to. */
type Placed =
  | { readonly kind: "placed"; readonly project: string }
  | { readonly kind: "failed"; readonly outcome: Outcome };

/**
 * The tokens of `tokens`. A seat that names no project, as one of the environment or of the ancestor's file, gets the one that Google
 * has for it: looked up once (`loadCodeAssist`), kept in the accounts file or, for one of the environment, in memory. Nothing is set
 * up here. All other accounts pass as they are.
 */
export class SeatProjects implements TokenSource {
  readonly #parts: SeatProjectParts;
  readonly #found = new Map<AccountId, string>();
  readonly #flights: PatientFlights<Placed>;
  readonly #failures: RenewalFailures;

  constructor(parts: SeatProjectParts) {
    this.#parts = parts;
    this.#flights = new PatientFlights<Placed>(parts.clock, { kind: "failed", outcome: SILENT });
    this.#failures = new RenewalFailures(parts.clock);
  }

  access(account: Account, credential: Credential, signal?: AbortSignal, patience?: Patience): Promise<AccessResult> {
    const token = this.#parts.tokens.access(account, credential, signal, patience);
    if (account.backend !== "code-assist" || account.project !== undefined) return token;
    return this.#placed(account, token, { signal, patience });
  }

  invalidate(account: Account, access: Access): void {
    this.#parts.tokens.invalidate(account, access);
  }

  async #placed(account: Account, token: Promise<AccessResult>, wait: Wait): Promise<AccessResult> {
    const result = await token;
    if (result.kind === "failed" || result.access.kind !== "bearer") return result;
    const { access } = result;
    const placed =
      this.#known(account) ?? (await this.#flights.run(account.id, () => this.#find(account, access), wait));
    return placed.kind === "failed" ? placed : { kind: "access", access: { ...access, project: placed.project } };
  }

  #known({ id }: Account): Placed | undefined {
    const project = this.#found.get(id);
    if (project !== undefined) return { kind: "placed", project };
    const outcome = this.#failures.resting(id, () => id);
    return outcome && { kind: "failed", outcome };
  }

  /** Others wait for the same answer, so nobody's signal ends it early. */
  async #find(account: Account, access: Bearer): Promise<Placed> {
    const { setup, clock, tokens } = this.#parts;
    const ask = (signal: AbortSignal) => setup.find(access.token, { isLookup: true }, signal);
    const found = await within(RENEWAL_LIMIT_MS, ask, clock);
    if (found.kind === "ready") return this.#keep(account, found);
    const outcome = outcomeOf(found, account);
    // The same token would be refused again: the next try gets another one.
    if (outcome.kind === "unauthorized") tokens.invalidate(account, access);
    this.#failures.failed(account.id, account.id, outcome, outcome === SILENT);
    return { kind: "failed", outcome };
  }

  async #keep(account: Account, { project, tier }: Extract<SeatFound, { kind: "ready" }>): Promise<Placed> {
    const { id, origin } = account;
    this.#failures.succeeded(id);
    this.#found.set(id, project);
    if (origin === "file") await this.#save({ id, project, ...(account.tier === undefined ? { tier } : {}) });
    return { kind: "placed", project };
  }

  /** It is already good in memory: a disk that refuses it costs other processes a lookup and nobody an answer. */
  async #save(found: { readonly id: AccountId; readonly project: string; readonly tier?: string }): Promise<void> {
    try {
      await this.#parts.store.update([{ type: "set-project", ...found }]);
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
      this.#parts.events.emit({ type: "storage.degraded", at: this.#parts.clock.now(), sentence: error.message });
    }
  }
}

const SILENT = {
  kind: "transient",
  cause: "network",
  status: 0,
  sentence: "network: Code Assist did not answer in time",
} as const satisfies Failure;

/** What to do about a seat whose project nobody knows. */
function stepFor({ label, origin }: Account, isNew: boolean): string {
  if (origin === "environment") return `Set ${label}_PROJECT_ID.`;
  return isNew
    ? `Do it with: gemini-pool verify "${label}"`
    : "Log in to it again: gemini-pool login --seat --project ID";
}

/** What keeps a seat from its project keeps it from every call. */
function outcomeOf(found: Exclude<SeatFound, { kind: "ready" }>, account: Account): Outcome {
  const parked = { kind: "parked", scope: "account", status: 0 } as const;
  switch (found.kind) {
    case "failed":
      return found.outcome.kind === "aborted" ? SILENT : found.outcome;
    case "needs-verification":
      return {
        ...parked,
        state: found.kind,
        sentence: found.sentence,
        ...(found.url === undefined ? {} : { url: found.url }),
      };
    case "not-eligible":
      return { ...parked, state: found.kind, sentence: found.sentence };
    case "needs-project":
      return {
        ...parked,
        state: "project-disabled",
        sentence: `${found.sentence} ${stepFor(account, found.isNew ?? false)}`,
      };
  }
}
