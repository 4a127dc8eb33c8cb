import type { AccountId } from "../core/account";
import type { OAuthClient } from "../core/credential";
import { seatProjectFault } from "../core/seat-project";
import type { AccountStore } from "../ports/account-store";
import type { InstalledClient } from "../ports/login";
import { startLogin } from "./browser-login";
import { type KeepSeatParts, keepSeat, type SeatHome, type SeatResult } from "./keep-seat";
import type { LoginParts, LoginUnderWay, NewLogin } from "./new-login";
import { CLOUD_PLATFORM, judgeScopes } from "./scopes";
import { SEAT_TERMS } from "./seat-words";

/**
 * The OAuth client of a seat's login: the user's own, or the one of a Gemini CLI on this machine, which is for who asked for it by
 * name and has agreed to `SEAT_TERMS`.
 */
export type SeatClient =
  | { readonly kind: "own"; readonly client: OAuthClient }
  | { readonly kind: "gemini-cli"; readonly acceptedTerms: boolean };

/** A Code Assist seat as a person wants it. */
export interface WantedSeat extends SeatHome {
  readonly client: SeatClient;
  readonly loginHint?: string;
  /** Default true. */
  readonly opensBrowser?: boolean;
}

/** What adding a seat needs. `installed` is looked at only for `gemini-cli`. */
export type AddSeatParts = LoginParts & KeepSeatParts & { readonly installed: InstalledClient };

/** A login that waits for its person; or `terms` to be agreed to first, no client to log in with, or a project that is none. */
export type AddSeatStart =
  | { readonly kind: "terms" | "no-client" | "wrong"; readonly sentence: string }
  | ({ readonly kind: "started" } & LoginUnderWay<SeatResult>);

/** What Google's own client asks for, and nothing more. */
const SEAT_SCOPES = [
  CLOUD_PLATFORM,
  "https://www.googleapis.com/auth/userinfo.email",
  "https://www.googleapis.com/auth/userinfo.profile",
];

const NO_CLIENT = "An OAuth client of your own is needed: gemini-pool oauth-client add FILE.json.";

type Chosen = { readonly client: OAuthClient } | Exclude<AddSeatStart, { kind: "started" }>;

async function choose(wanted: SeatClient, installed: InstalledClient): Promise<Chosen> {
  if (wanted.kind === "own")
    return wanted.client.id.trim() === "" ? { kind: "no-client", sentence: NO_CLIENT } : { client: wanted.client };
  if (!wanted.acceptedTerms) return { kind: "terms", sentence: SEAT_TERMS };
  const found = await installed.find();
  return found.kind === "found" ? { client: found.client } : { kind: "no-client", sentence: found.sentence };
}

/** Starts a login for a Code Assist seat and makes an account of it. Never throws; `done` never rejects. */
export async function addSeat(wanted: WantedSeat, parts: AddSeatParts): Promise<AddSeatStart> {
  const project = wanted.project?.trim();
  const fault = (project ? seatProjectFault(project) : undefined) ?? parts.oauth.fault?.();
  if (fault !== undefined) return { kind: "wrong", sentence: fault };
  const chosen = await choose(wanted.client, parts.installed);
  if ("kind" in chosen) return chosen;
  const { loginHint, opensBrowser } = wanted;
  const ask = {
    client: chosen.client,
    scopes: SEAT_SCOPES,
    ...(loginHint === undefined ? {} : { loginHint }),
    ...(opensBrowser === undefined ? {} : { opensBrowser }),
    conclude: (login: NewLogin, signal: AbortSignal) => concludeSeat(login, wanted, parts, signal),
  };
  return { kind: "started", ...(await startLogin<SeatResult>(ask, parts)) };
}

/** A login without the permission for Google Cloud could make no call. */
async function concludeSeat(
  login: NewLogin,
  wanted: WantedSeat,
  parts: KeepSeatParts,
  signal: AbortSignal,
): Promise<SeatResult> {
  const { isUsable, sentence } = judgeScopes(SEAT_SCOPES, login.tokens.scopes);
  if (!isUsable) return { kind: "failed", ok: false, sentence: `No account was stored. ${sentence}` };
  return keepSeat(login, wanted, parts, signal);
}

/**
 * The wish to log in again to a known seat, with the client it was made with, whose terms were agreed to then. `client` is for one
 * that has none. Nothing where the account is not there or is no seat.
 */
export function wishSeatAgain(
  store: Pick<AccountStore, "current">,
  accountId: AccountId,
  client?: SeatClient,
): WantedSeat | undefined {
  const entry = store.current().entries.find(({ account }) => account.id === accountId);
  if (entry?.account.backend !== "code-assist" || entry.credential.kind !== "oauth") return undefined;
  const { client: own, email } = entry.credential;
  const chosen: SeatClient | undefined = own === undefined ? client : { kind: "own", client: own };
  if (chosen === undefined) return undefined;
  return { client: chosen, accountId, ...(email === undefined ? {} : { loginHint: email }) };
}
