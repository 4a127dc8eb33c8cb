import type { Account, AccountId, DurationMs } from "../core/account";
import type { LocalCredential } from "../core/credential";
import type { Outcome } from "../core/outcome";
import { type AccountIdentity, isSameAccount } from "../core/same-account";
import type { AccountProbe } from "../ports/login";
import type { LocalIdentities, LocalIdentity, RefreshResult, TokenMinter } from "../ports/upstream";
import { cleanLabel, freeLabel } from "./account-label";
import { callVerdict, type FirstCall, firstCall } from "./first-call";
import { GIVEN_UP_WORDS } from "./given-up";
import { inTime } from "./in-time";
import { type ParkParts, parkRefused, parkStored } from "./park-refused";
import { DEFAULT_LOCATION, locationFault, projectFault } from "./project-id";
import { outcomeWords } from "./seat-words";
import { inOneLine, offWords, type StoreParts, storeAccount, takenBy, unpark } from "./store-account";

/** A person waits for it. */
const MINT_LIMIT_MS: DurationMs = 15_000;

/** What lies on this machine and is to be an account of Vertex AI. */
export interface WantedLocal {
  readonly source: { readonly kind: "key-file"; readonly path: string } | { readonly kind: "adc" };
  /** Default: the one that the file or the machine names. */
  readonly project?: string;
  /** Default `global`. */
  readonly location?: string;
  readonly label?: string;
  /** The account that is to be logged in again: it keeps its id, name and settings. */
  readonly accountId?: AccountId;
}

/** What adding needs. `absolutePath` makes a path whole, also one that begins with `~/`. */
export interface AddLocalParts extends StoreParts, Pick<ParkParts, "markOf"> {
  readonly identities: LocalIdentities;
  readonly absolutePath: (path: string) => string;
  /** Both given: the first call is made. */
  readonly minter?: TokenMinter;
  readonly probe?: AccountProbe;
  readonly signal?: AbortSignal;
}

/**
 * What became of it. `wrong`: it is not what it should be, or the project is missing; `failed`: Google takes it no more, or it could
 * not be written. Nothing is stored then.
 */
export type AddLocalResult =
  | {
      readonly kind: "added" | "updated";
      readonly id: AccountId;
      readonly label: string;
      readonly isRefused: boolean;
      readonly sentence: string;
    }
  | { readonly kind: "wrong" | "failed" | "aborted"; readonly sentence: string };

const GIVEN_UP: AddLocalResult = { kind: "aborted", sentence: GIVEN_UP_WORDS };

/** Adds a service account by its key file, or the application default credentials. The same one twice is one account. Never throws. */
export async function addLocal(wanted: WantedLocal, parts: AddLocalParts): Promise<AddLocalResult> {
  const { source } = wanted;
  if (source.kind === "key-file" && source.path.trim() === "") return wrong("The path of a key file is needed.");
  const path = source.kind === "key-file" ? parts.absolutePath(source.path.trim()) : undefined;
  const identity = await describe(path, parts);
  if (identity === undefined || parts.signal?.aborted) return GIVEN_UP;
  if (identity.kind === "none" || identity.kind === "unsupported") return wrong(identity.sentence);
  const project = wanted.project?.trim() || identity.project;
  const fault = projectFault(project) ?? locationFault(wanted.location);
  if (project === undefined || fault !== undefined) return wrong(`${identity.sentence} ${fault ?? ""}`.trim());
  const credential: LocalCredential = path === undefined ? { kind: "adc" } : { kind: "service-account", keyFile: path };
  return keep({ wanted, credential, identity, project }, parts);
}

const wrong = (sentence: string): AddLocalResult => ({ kind: "wrong", sentence });

const describe = (path: string | undefined, { identities, signal }: AddLocalParts) =>
  path === undefined
    ? identities.describeAdc(signal).catch(() => undefined)
    : Promise.resolve(identities.describeKeyFile(path));

interface Found {
  readonly wanted: WantedLocal;
  readonly credential: LocalCredential;
  readonly identity: LocalIdentity;
  readonly project: string;
}

async function keep({ wanted, credential, identity, project }: Found, parts: AddLocalParts): Promise<AddLocalResult> {
  const { quotaProject } = identity;
  const fresh = {
    backend: "vertex" as const,
    credential: credential.kind,
    project,
    location: wanted.location?.trim() || DEFAULT_LOCATION,
    label: cleanLabel(wanted.label) ?? freeLabel(parts.store, `vertex ${project}`),
    // Google counts for the project of the address unless another one is named.
    ...(credential.kind === "adc" && quotaProject !== undefined && quotaProject !== project ? { quotaProject } : {}),
  };
  const { accountId } = wanted;
  const owner = accountId === undefined ? undefined : takenBy(parts.store, accountId, { account: fresh, credential });
  if (owner !== undefined) return wrong(`Nothing was stored: it is there already as ${owner.label}.`);
  const minted = await mintOnce(credential, parts);
  if (parts.signal?.aborted) return GIVEN_UP;
  const refusal = minted?.kind === "failed" && identity.kind === "user" ? minted.outcome : undefined;
  if (refusal !== undefined && isUseless(refusal)) return useless({ account: fresh, credential }, refusal, parts);
  const again = accountId === undefined ? fresh : { ...fresh, id: accountId };
  const stored = await storeAccount(again, credential, parts);
  if (stored.kind === "failed") return { kind: "failed", sentence: stored.sentence };
  const { kind, id, label, account } = stored;
  const first = await tried(account, minted, parts);
  const isRefused = first.verdict === "refused";
  if (!isRefused) unpark(id, parts);
  else if (first.outcome !== undefined) parkStored(account, first.outcome, parts);
  const what = kind === "added" ? `Added ${label}.` : `It is there already as ${label}; it was updated.`;
  const sentence = inOneLine(what, offWords(account), identity.sentence, first.sentence);
  return { kind, id, label, isRefused, sentence };
}

/** The first token, for 15 s at most; nothing where no call is to be made. */
async function mintOnce(credential: LocalCredential, parts: AddLocalParts): Promise<RefreshResult | undefined> {
  const { minter, probe, clock, signal } = parts;
  if (minter === undefined || probe === undefined) return undefined;
  return inTime((abort) => minter.mint(credential, abort), { clock, limitMs: MINT_LIMIT_MS, signal });
}

/** Google knows the login, or the OAuth client it was made with, no more: only a new one of gcloud's helps. */
const isUseless = (outcome: Outcome): boolean =>
  outcome.kind === "parked" || (outcome.kind === "machine" && outcome.status >= 400);

/** Nothing is stored of a login that can make no call; where it is an account already, one that is over waits for a new login. */
function useless(wanted: AccountIdentity, outcome: Outcome, parts: AddLocalParts): AddLocalResult {
  const known = parts.store.current().entries.find((entry) => isSameAccount(entry, wanted));
  if (known !== undefined) parkRefused(known, outcome, parts);
  return { kind: "failed", sentence: `Nothing was stored: ${outcomeWords(outcome)}` };
}

/** A key that Google does not know is told at once, in the words of the token endpoint. */
async function tried(account: Account, minted: RefreshResult | undefined, parts: AddLocalParts): Promise<FirstCall> {
  if (minted === undefined) return { verdict: "unknown", sentence: "" };
  if (minted.kind === "failed") return callVerdict(minted.outcome);
  return firstCall(account, { kind: "bearer", token: minted.accessToken }, parts);
}
