import type { Account, AccountId } from "../core/account";
import type { Credential } from "../core/credential";
import { PoolError } from "../core/errors";
import type { Failure, Outcome } from "../core/outcome";
import type { AccountStore } from "../ports/account-store";
import type { CodeAssistSetup, SeatFound } from "../ports/login";
import type { Access, AccessResult, Patience, TokenSource } from "../ports/upstream";
import type { Clock, EventSink } from "../ports/world";
import { NOT_ASKED, NOT_YET, RENEWAL_LIMIT_MS } from "./held-token";
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
type Placed = { readonly kind: "placed"; readonly project: string } | Extract<AccessResult, { kind: "failed" }>;

/** A seat without a project. `mark` tells its login from the one that takes its place. */
interface Seat {
  readonly account: Account;
  readonly mark: string;
}

/**
 * The tokens of `tokens`. A seat that names no project, as one of the environment or of the ancestor's file, gets the one that Google
 * has for it: looked up once (`loadCodeAssist`), kept in the accounts file or, for one of the environment, in memory. Nothing is set
 * up here. All other accounts pass as they are.
 */
export class SeatProjects implements TokenSource {
  readonly #parts: SeatProjectParts;
  readonly #found = new Map<AccountId, { readonly mark: string; readonly placed: Placed }>();
  readonly #flights: PatientFlights<Placed>;
  readonly #failures: RenewalFailures;

  constructor(parts: SeatProjectParts) {
    this.#parts = parts;
    this.#flights = new PatientFlights<Placed>(parts.clock, NOT_YET, NOT_ASKED);
    this.#failures = new RenewalFailures(parts.clock);
  }

  access(account: Account, credential: Credential, signal?: AbortSignal, patience?: Patience): Promise<AccessResult> {
    const { tokens, clock } = this.#parts;
    const token = tokens.access(account, credential, signal, patience);
    const isPlaced = account.backend !== "code-assist" || account.project !== undefined;
    if (isPlaced || credential.kind !== "oauth") return token;
    const began = clock.now();
    // One patience for both waits.
    const rest = () => {
      const ms = patience?.();
      return ms === undefined ? undefined : ms - (clock.now() - began);
    };
    return this.#place({ account, mark: credential.refreshToken }, token, { signal, patience: rest });
  }

  invalidate(account: Account, access: Access): void {
    this.#parts.tokens.invalidate(account, access);
  }

  async #place(seat: Seat, token: Promise<AccessResult>, wait: Wait): Promise<AccessResult> {
    const result = await token;
    if (result.kind === "failed" || result.access.kind !== "bearer") return result;
    const { access } = result;
    const { id } = seat.account;
    const placed = this.#known(seat) ?? (await this.#flights.run(id, () => this.#find(seat, access), wait));
    return placed.kind === "failed" ? placed : { kind: "access", access: { ...access, project: placed.project } };
  }

  #known({ account: { id }, mark }: Seat): Placed | undefined {
    const found = this.#found.get(id);
    if (found?.mark === mark) return found.placed;
    const outcome = this.#failures.resting(id, () => mark);
    return outcome && { kind: "failed", outcome };
  }

  /** Others wait for the same answer, so nobody's signal ends it early. */
  async #find(seat: Seat, access: Bearer): Promise<Placed> {
    const { account, mark } = seat;
    const { setup, clock, tokens } = this.#parts;
    const ask = (signal: AbortSignal) => setup.find(access.token, { isLookup: true }, signal);
    const found = await within(RENEWAL_LIMIT_MS, ask, clock);
    if (found.kind === "ready") return this.#keep(seat, found);
    const outcome = outcomeOf(found, account);
    // The same token would be refused again: the next try gets another one.
    if (outcome.kind === "unauthorized") tokens.invalidate(account, access);
    this.#failures.failed(account.id, mark, outcome, outcome === SILENT);
    return { kind: "failed", outcome };
  }

  #keep({ account, mark }: Seat, { project, tier }: Extract<SeatFound, { kind: "ready" }>): Placed {
    const { id, origin } = account;
    const placed = { kind: "placed", project } as const;
    this.#failures.succeeded(id);
    this.#found.set(id, { mark, placed });
    // Nobody waits for the disk: it is already good in memory.
    if (origin === "file") void this.#save({ id, project, ...(account.tier === undefined ? { tier } : {}) });
    return placed;
  }

  /** A disk that refuses it costs other processes a lookup and nobody an answer. Never rejects. */
  async #save(found: { readonly id: AccountId; readonly project: string; readonly tier?: string }): Promise<void> {
    try {
      await this.#parts.store.update([{ type: "set-project", ...found, isFill: true }]);
    } catch (error) {
      const sentence = error instanceof PoolError ? error.message : "The project of a seat could not be stored.";
      this.#parts.events.emit({ type: "storage.degraded", at: this.#parts.clock.now(), sentence });
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

/**
 * What keeps a seat from its project keeps it from every call. A missing project is a gap on this side and ends as soon as one is
 * set: it is not parked, since what parks an account is remembered for its credential.
 */
function outcomeOf(found: Exclude<SeatFound, { kind: "ready" }>, account: Account): Outcome {
  const parked = { kind: "parked", scope: "account", status: 0, sentence: sentenceOf(found) } as const;
  switch (found.kind) {
    case "failed":
      return ofTheSeat(found.outcome);
    case "needs-verification":
      return { ...parked, state: found.kind, ...(found.url === undefined ? {} : { url: found.url }) };
    case "not-eligible":
      return { ...parked, state: found.kind };
    case "needs-project":
      return { kind: "machine", status: 0, sentence: `${found.sentence} ${stepFor(account, found.isNew ?? false)}` };
  }
}

const sentenceOf = (found: Exclude<SeatFound, { kind: "ready" }>): string =>
  found.kind === "failed" ? "" : found.sentence;

/** A lookup that is refused as faulty is no fault of the request that it was for. */
function ofTheSeat(outcome: Outcome): Outcome {
  if (outcome.kind === "aborted") return SILENT;
  if (outcome.kind !== "rejected" && outcome.kind !== "signature") return outcome;
  const { status, sentence } = outcome;
  return { kind: "machine", status, sentence: `The Code Assist seat could not be looked up: ${sentence}` };
}
