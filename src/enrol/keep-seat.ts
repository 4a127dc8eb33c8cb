import type { Account, AccountId } from "../core/account";
import type { Credential } from "../core/credential";
import { park } from "../core/health/parking";
import { seatProjectFault } from "../core/seat-project";
import type { CodeAssistSetup, SeatFound } from "../ports/login";
import { GIVEN_UP_WORDS } from "./given-up";
import type { NewLogin } from "./new-login";
import { applyParked, type ParkParts } from "./park-refused";
import { accountAgain, isSamePerson } from "./same-person";
import { outcomeWords, withLink } from "./seat-words";
import { type StoreParts, unpark } from "./store-account";
import { NOTHING_TO_RENEW, storeLogin } from "./store-login";

/** What a seat is to be stored as. */
export interface SeatHome {
  /** Of the person's own; absent where Google is to name it. */
  readonly project?: string;
  readonly label?: string;
  /** The account that is to be logged in again. */
  readonly accountId?: AccountId;
}

/** What keeping a seat needs. */
export interface KeepSeatParts extends StoreParts {
  readonly setup: CodeAssistSetup;
  /** Tells one credential from another (`pool/unpark`), so that an account that is parked here comes back with a changed one. */
  readonly markOf?: (credential: Credential) => string;
  /** What is going on, while a seat is set up. */
  readonly onProgress?: (sentence: string) => void;
}

/** Once more with the same login, without the browser; with another project where one is given. */
export type SeatRetry = (project?: string, signal?: AbortSignal) => Promise<SeatResult>;

/**
 * What became of a login. `needs-verification` is stored and parked: `verifyAgain` ends it. All with `ok: false` are not stored;
 * `retry`, where there is one, goes on with the same login for as long as its access token lives, about an hour.
 */
export type SeatResult =
  | {
      readonly kind: "added" | "updated" | "needs-verification";
      readonly ok: true;
      readonly id: AccountId;
      readonly label: string;
      readonly sentence: string;
      readonly url?: string;
    }
  | {
      readonly kind: "needs-project" | "not-eligible" | "unchecked";
      readonly ok: false;
      readonly sentence: string;
      readonly retry?: SeatRetry;
    }
  | { readonly kind: "failed"; readonly ok: false; readonly sentence: string };

const failed = (sentence: string): SeatResult => ({ kind: "failed", ok: false, sentence });

const GIVEN_UP = failed(GIVEN_UP_WORDS);

/** The account that the person logs in to again, with what is known of it. */
function known({ person }: NewLogin, { accountId }: SeatHome, { store }: KeepSeatParts): Account | undefined {
  const entry = accountAgain(store, accountId, "code-assist");
  return entry === undefined || isSamePerson(entry, person) === "other" ? undefined : entry.account;
}

/** Finds the seat of a login, has it set up where it never was, and stores the account. Never throws. */
export async function keepSeat(
  login: NewLogin,
  home: SeatHome,
  parts: KeepSeatParts,
  signal?: AbortSignal,
): Promise<SeatResult> {
  if (login.tokens.refreshToken === undefined) return failed(NOTHING_TO_RENEW);
  const retry: SeatRetry = (project, abort) =>
    keepSeat(login, project === undefined ? home : { ...home, project }, parts, abort);
  const project = home.project?.trim() || known(login, home, parts)?.project;
  const fault = project === undefined ? undefined : seatProjectFault(project);
  if (fault !== undefined) return { kind: "needs-project", ok: false, sentence: fault, retry };
  const { setup, onProgress } = parts;
  const wish = { ...(project === undefined ? {} : { project }), ...(onProgress === undefined ? {} : { onProgress }) };
  const found = await setup.find(login.tokens.accessToken, wish, signal);
  if (signal?.aborted) return GIVEN_UP;
  return conclude({ login, home, found, parts, retry });
}

interface Found {
  readonly login: NewLogin;
  readonly home: SeatHome;
  readonly found: SeatFound;
  readonly parts: KeepSeatParts;
  readonly retry: SeatRetry;
}

function conclude(all: Found): Promise<SeatResult> | SeatResult {
  const { found, retry } = all;
  switch (found.kind) {
    case "ready":
      return storeReady(all, found);
    case "needs-verification":
      return storeParked(all, found);
    case "needs-project":
      return { kind: "needs-project", ok: false, sentence: found.sentence, retry };
    case "not-eligible":
      return { kind: "not-eligible", ok: false, sentence: found.sentence, ...(found.projectHelps ? { retry } : {}) };
    case "failed":
      return unchecked(all, outcomeWords(found.outcome), found);
  }
}

/** A tier as the accounts file has it, "standard" of Google's "standard-tier". */
export const storedTier = (tier: string): string => tier.replace(/-tier$/, "");

const homeOf = ({ project, label, accountId }: SeatHome) => ({
  backend: "code-assist" as const,
  ...(project?.trim() ? { project: project.trim() } : {}),
  ...(label === undefined ? {} : { label }),
  ...(accountId === undefined ? {} : { accountId }),
});

async function storeReady(
  { login, home, parts }: Found,
  { project, tier, tierName }: Extract<SeatFound, { kind: "ready" }>,
): Promise<SeatResult> {
  const place = { ...homeOf(home), tier: storedTier(tier), project };
  const stored = await storeLogin(login, place, parts);
  if (stored.kind === "failed") return failed(stored.sentence);
  unpark(stored.id, parts);
  return told(stored, `${stored.sentence} Its seat: ${tierName ?? tier} in ${project}.`);
}

async function storeParked(
  { login, home, parts }: Found,
  { sentence, url }: Extract<SeatFound, { kind: "needs-verification" }>,
): Promise<SeatResult> {
  const stored = await storeLogin(login, homeOf(home), parts);
  if (stored.kind === "failed") return failed(stored.sentence);
  const { id, label, account } = stored;
  parkSeat(account, { state: "needs-verification", sentence, url }, parts);
  const words = withLink(`${stored.sentence} It waits until you have verified it: ${sentence}`, url);
  return { kind: "needs-verification", ok: true, id, label, sentence: words, ...(url === undefined ? {} : { url }) };
}

/** What an account is parked with. */
export interface WhyParked {
  readonly state: "needs-verification" | "not-eligible";
  readonly sentence: string;
  readonly url?: string | undefined;
}

/** Parks a seat with the mark of the credential that it has now. */
export function parkSeat(account: Account, why: WhyParked, parts: ParkParts): void {
  applyParked([park(account, why.state, why.sentence, parts.clock.now(), why.url)], parts);
}

/** A seat whose project is known, or named by the person, needs no lookup to be logged in to, unless Google has said no. */
async function unchecked(
  { login, home, parts, retry }: Found,
  words: string,
  { outcome }: Extract<SeatFound, { kind: "failed" }>,
): Promise<SeatResult> {
  if (outcome.kind === "aborted") return GIVEN_UP;
  const isPassing = outcome.kind === "transient" || outcome.kind === "limited" || outcome.kind === "capacity";
  const isKnown = known(login, home, parts)?.project !== undefined;
  if (!isPassing || !(isKnown || home.project?.trim())) {
    const what = `Google has let you in, but the Code Assist seat could not be looked up, so no account is stored yet: ${words}`;
    const sentence = isPassing ? `${what} Try again in a while.` : what;
    return { kind: "unchecked", ok: false, sentence, retry };
  }
  const stored = await storeLogin(login, homeOf(home), parts);
  if (stored.kind === "failed") return failed(stored.sentence);
  unpark(stored.id, parts);
  return told(stored, `${stored.sentence} Its seat could not be looked up${isKnown ? " again" : ""}: ${words}`);
}

const told = (
  { kind, id, label }: { readonly kind: "added" | "updated"; readonly id: AccountId; readonly label: string },
  sentence: string,
): SeatResult => ({ kind, ok: true, id, label, sentence });
