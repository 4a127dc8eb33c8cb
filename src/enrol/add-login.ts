import type { AccountId } from "../core/account";
import type { OAuthClient } from "../core/credential";
import type { AccountStore } from "../ports/account-store";
import type { AccountProbe } from "../ports/login";
import { startLogin } from "./browser-login";
import { firstCall } from "./first-call";
import type { LoginParts, LoginUnderWay, NewLogin } from "./new-login";
import { type ParkParts, parkStored } from "./park-refused";
import { DEFAULT_LOCATION, locationFault, projectFault } from "./project-id";
import { judgeScopes, SCOPES } from "./scopes";
import { inOneLine, type StoreParts, unpark } from "./store-account";
import { storeLogin } from "./store-login";

/** A login with an own OAuth client, as a person wants it. */
export interface WantedLogin {
  readonly backend: "gemini-api" | "vertex";
  readonly client: OAuthClient;
  /** Whose quota is used: the user project of the Gemini API, the project of Vertex AI. */
  readonly project: string;
  /** Of Vertex AI; default `global`. */
  readonly location?: string;
  readonly label?: string;
  /** The account that is to be logged in again. */
  readonly accountId?: AccountId;
  readonly loginHint?: string;
  /** Default true. */
  readonly opensBrowser?: boolean;
}

/** What keeping a login needs. `probe`: the first call, if one is to be made; `markOf`: what an account is parked with. */
type KeepingParts = StoreParts & Pick<ParkParts, "markOf"> & { readonly probe?: AccountProbe };

/** What adding a login needs. */
export type AddLoginParts = LoginParts & KeepingParts;

/** What became of a login. `isRefused`: it is stored, but Google refuses its calls for now, as the sentence says. */
export type AddedLogin =
  | {
      readonly kind: "added" | "updated";
      readonly ok: true;
      readonly id: AccountId;
      readonly label: string;
      readonly isRefused: boolean;
      readonly sentence: string;
    }
  | { readonly kind: "failed"; readonly ok: false; readonly sentence: string };

/** A login that waits for its person, or what is wrong with the wish. */
export type AddLoginStart =
  | { readonly kind: "wrong"; readonly sentence: string }
  | ({ readonly kind: "started" } & LoginUnderWay<AddedLogin>);

/** Starts a login in the browser and makes an account of it. Never throws; `done` never rejects. */
export async function addLogin(wanted: WantedLogin, parts: AddLoginParts): Promise<AddLoginStart> {
  const fault = wishFault(wanted) ?? parts.oauth.fault?.();
  if (fault !== undefined) return { kind: "wrong", sentence: fault };
  const { backend, client, loginHint, opensBrowser } = wanted;
  const ask = {
    client,
    scopes: SCOPES[backend],
    ...(loginHint === undefined ? {} : { loginHint }),
    ...(opensBrowser === undefined ? {} : { opensBrowser }),
    conclude: (login: NewLogin, signal: AbortSignal) => keepLogin(login, wanted, { ...parts, signal }),
  };
  return { kind: "started", ...(await startLogin<AddedLogin>(ask, parts)) };
}

const NO_CLIENT =
  "An OAuth client of your own is needed: make one of the type Desktop app in Google Cloud, Credentials.";

const wishFault = ({ client, project, location }: WantedLogin): string | undefined =>
  client.id.trim() === "" ? NO_CLIENT : (projectFault(project) ?? locationFault(location));

/**
 * The wish to log in again to a known account: its backend, project and client; the `client` given is for one that has none.
 * Nothing where the account is not there or is none of an own login.
 */
export function wishAgain(
  store: Pick<AccountStore, "current">,
  accountId: AccountId,
  client?: OAuthClient,
): WantedLogin | undefined {
  const entry = store.current().entries.find(({ account }) => account.id === accountId);
  if (entry === undefined || entry.credential.kind !== "oauth") return undefined;
  const { backend, project, quotaProject, location } = entry.account;
  const own = entry.credential.client ?? client;
  if (backend === "code-assist" || own === undefined) return undefined;
  const { email } = entry.credential;
  return {
    backend,
    client: own,
    project: (backend === "vertex" ? project : (quotaProject ?? project)) ?? "",
    accountId,
    ...(location === undefined ? {} : { location }),
    ...(email === undefined ? {} : { loginHint: email }),
  };
}

type KeepParts = KeepingParts & { readonly signal: AbortSignal };

/** Makes an account of a login that Google has granted; a login that could make no call is not kept. */
export async function keepLogin(login: NewLogin, wanted: WantedLogin, parts: KeepParts): Promise<AddedLogin> {
  const scopes = judgeScopes(SCOPES[wanted.backend], login.tokens.scopes);
  if (!scopes.isUsable) return { kind: "failed", ok: false, sentence: `No account was stored. ${scopes.sentence}` };
  const stored = await storeLogin(login, { ...homeOf(wanted), ...wishes(wanted) }, parts);
  if (stored.kind === "failed") return { kind: "failed", ok: false, sentence: stored.sentence };
  const { kind, id, label, account, sentence } = stored;
  const first = await firstCall(account, { kind: "bearer", token: login.tokens.accessToken }, parts);
  const isRefused = first.verdict === "refused";
  if (!isRefused) unpark(id, parts);
  else if (first.outcome !== undefined) parkStored(account, first.outcome, parts);
  return { kind, ok: true, id, label, isRefused, sentence: inOneLine(sentence, scopes.sentence, first.sentence) };
}

/** Calls of the Gemini API name the project that pays; those of Vertex AI are made in theirs. */
function homeOf({ backend, project, location }: WantedLogin) {
  const name = project.trim();
  if (backend === "gemini-api") return { backend, quotaProject: name };
  return { backend, project: name, location: location?.trim() || DEFAULT_LOCATION };
}

const wishes = ({ label, accountId }: WantedLogin) => ({
  ...(label === undefined ? {} : { label }),
  ...(accountId === undefined ? {} : { accountId }),
});
