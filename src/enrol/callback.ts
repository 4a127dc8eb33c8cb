/**
 * What Google sent back with a browser, or a person with a paste. `stranger`: it is not of this login, so nothing follows from it.
 * `nothing`: it says neither yes nor no. `isBare`: nothing that came says which login the code belongs to. Sentences hold nothing of what came.
 */
export type Returned =
  | { readonly kind: "code"; readonly code: string; readonly isBare?: true }
  | { readonly kind: "denied" | "refused" | "stranger" | "nothing"; readonly sentence: string };

const said = (kind: Exclude<Returned["kind"], "code">, sentence: string): Returned => ({ kind, sentence });

/** What a person hears who said no. */
export const DENIED = "Access was denied in the browser, so no account was stored.";

const STRANGER = "This answer does not belong to the login that waits here: its state is another one.";
const NOTHING = "This is no answer of Google's: there is neither a code nor an error in it.";

/** Google's errors that a person can do something about. https://developers.google.com/identity/protocols/oauth2/native-app#authorization-errors */
const ADVICE: Readonly<Record<string, string>> = {
  admin_policy_enforced: "the administrator of the account's organisation does not allow it.",
  org_internal: "the OAuth client lets in only members of its own organisation.",
  disallowed_useragent: "this browser is not allowed for it. Open the address in another one.",
  invalid_scope: "the OAuth client may not ask for what is needed.",
  temporarily_unavailable: "it is not available right now. Try again in a while.",
  server_error: "it failed. Try again in a while.",
};

/** Reads the query of a redirect. The state is looked at first, and it must be there. */
export function readReturn(query: URLSearchParams, state: string): Returned {
  if (query.get("state") !== state) return said("stranger", STRANGER);
  return readAnswer(query);
}

/** The same once the state is known to be right, or where there can be none. */
export function readAnswer(query: URLSearchParams): Returned {
  const error = query.get("error");
  if (error === "access_denied") return said("denied", DENIED);
  if (error) return said("refused", refusal(error));
  // A plus sign of a code becomes a blank in a query.
  const code = query.get("code")?.replaceAll(" ", "+");
  return code ? { kind: "code", code } : said("nothing", NOTHING);
}

/** An unknown error is named only where it looks like one. */
function refusal(error: string): string {
  const advice = Object.hasOwn(ADVICE, error) ? ADVICE[error] : undefined;
  const name = /^[a-z_]{3,40}$/.test(error) ? ` (${error})` : "";
  return `Google refused the login${name}: ${advice ?? "it gave no reason."}`;
}
