import type { Account, AccountId } from "../core/account";
import type { Outcome } from "../core/outcome";
import type { AccountEntry, AccountStore } from "../ports/account-store";
import type { CodeAssistSetup, SeatFound } from "../ports/login";
import type { StateStore } from "../ports/state-store";
import type { TokenSource } from "../ports/upstream";
import type { Clock } from "../ports/world";
import { type KeepSeatParts, parkSeat, storedTier, type WhyParked } from "./keep-seat";
import { isFinal, type ParkParts, parkRefused } from "./park-refused";
import { outcomeWords, withLink } from "./seat-words";
import { unpark } from "./store-account";

/** What looking a stored seat up again needs. */
export interface VerifySeatParts extends Pick<KeepSeatParts, "markOf" | "onProgress">, Pick<ParkParts, "entries"> {
  readonly store: AccountStore;
  readonly state: StateStore;
  readonly tokens: TokenSource;
  readonly setup: CodeAssistSetup;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * What a lookup of a stored seat says. `works`: it is used again. `waits`: a person is still needed. `unchecked`: Google could not
 * be asked, nothing has changed. `wrong`: there is no such seat.
 */
export interface SeatVerified {
  readonly kind: "works" | "waits" | "unchecked" | "wrong";
  readonly sentence: string;
  readonly url?: string;
}

const NOT_THERE: SeatVerified = { kind: "wrong", sentence: "There is no such Code Assist seat." };

const seatOf = ({ store, entries }: Pick<VerifySeatParts, "store" | "entries">, id: AccountId) =>
  (entries?.() ?? store.current().entries).find(
    ({ account, credential }) => account.id === id && account.backend === "code-assist" && credential.kind === "oauth",
  );

/**
 * "I have verified": looks a seat up once; it comes back where Google has nothing against it any more. What was found out
 * (project, tier) is stored where the seat is, so it is also how one without a project gets it. Never throws.
 */
export async function verifyAgain(
  accountId: AccountId,
  parts: VerifySeatParts,
  isRenewed = false,
): Promise<SeatVerified> {
  const { tokens, setup, onProgress, signal } = parts;
  const entry = seatOf(parts, accountId);
  if (entry === undefined) return NOT_THERE;
  const { account } = entry;
  const token = await tokens.access(account, entry.credential, signal);
  if (token.kind === "failed") return refused(entry, token.outcome, parts);
  if (token.access.kind !== "bearer") return unchecked(account, "It has no login.");
  const wish = {
    ...(account.project === undefined ? {} : { project: account.project }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const found = await setup.find(token.access.token, wish, signal);
  if (signal?.aborted) return { kind: "unchecked", sentence: "Given up." };
  // As in a request, a token that Google does not take is renewed once.
  if (found.kind === "failed" && found.outcome.kind === "unauthorized" && !isRenewed) {
    tokens.invalidate(account, token.access);
    return verifyAgain(accountId, parts, true);
  }
  return settle(entry, found, parts);
}

/** A login that is over, or a seat that is no longer one, waits for its person; what may pass changes nothing. */
function refused(entry: AccountEntry, outcome: Outcome, parts: VerifySeatParts): SeatVerified {
  const words = outcomeWords(outcome);
  if (!isFinal(outcome)) return unchecked(entry.account, words);
  parkRefused(entry, outcome, parts);
  const { url } = outcome;
  const sentence = `${entry.account.label} still cannot be used: ${words}`;
  return { kind: "waits", sentence, ...(url === undefined ? {} : { url }) };
}

const unchecked = ({ label }: Account, words: string): SeatVerified => ({
  kind: "unchecked",
  sentence: `${label} could not be looked up: ${words}`,
});

async function settle(entry: AccountEntry, found: SeatFound, parts: VerifySeatParts): Promise<SeatVerified> {
  const { account } = entry;
  switch (found.kind) {
    case "ready": {
      const again = parts.state.current().parked.has(account.id) ? " again" : "";
      await keepNews(account, found, parts.store);
      unpark(account.id, parts);
      return { kind: "works", sentence: `${account.label} can be used${again}.` };
    }
    case "needs-verification":
    case "not-eligible":
      return waits(account, { state: found.kind, sentence: found.sentence, url: linkOf(found) }, parts);
    case "needs-project":
      return { kind: "waits", sentence: `${account.label}: ${found.sentence}` };
    case "failed":
      return refused(entry, found.outcome, parts);
  }
}

const linkOf = (found: SeatFound): string | undefined => (found.kind === "needs-verification" ? found.url : undefined);

function waits(account: Account, why: WhyParked, parts: VerifySeatParts): SeatVerified {
  parkSeat(account, why, parts);
  const sentence = withLink(`${account.label}: ${why.sentence}`, why.url);
  return { kind: "waits", sentence, ...(why.url === undefined ? {} : { url: why.url }) };
}

/** Writes only what is new, onto what is on disk now. A disk that refuses it costs another lookup one day. */
async function keepNews(
  { id, project, tier, origin }: Account,
  found: Extract<SeatFound, { kind: "ready" }>,
  store: AccountStore,
): Promise<void> {
  const foundTier = storedTier(found.tier);
  if (origin !== "file" || (project === found.project && tier === foundTier)) return;
  const news = { type: "set-project", id, tier: foundTier, project: found.project } as const;
  await store.update([news]).catch(() => undefined);
}
