import { createHash } from "node:crypto";
import type { DurationMs, EpochMs } from "../core/account";
import type { Credential, LocalCredential, OAuthCredential } from "../core/credential";
import { withoutLoginFault } from "../core/health/next-health";
import type { Health, StateChange } from "../core/state";
import type { AccountEntry } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { TokenMinter } from "../ports/upstream";

/** Tells one credential from another. */
export type MarkOf = (credential: Credential) => string;

/**
 * Tells one credential from another without giving it away: 32 bits of a hash. Tokens that come and go do not count.
 * `versionOf`: what lies behind a local credential now; without it only its place counts.
 */
export function credentialMark(credential: Credential, versionOf?: TokenMinter["version"]): string {
  return createHash("sha256").update(whatMatters(credential, versionOf)).digest("hex").slice(0, 8);
}

function whatMatters(credential: Credential, versionOf: TokenMinter["version"] = placeOf): string {
  switch (credential.kind) {
    case "api-key":
      return credential.key;
    case "oauth":
      return `${loginOf(credential)}\n${credential.client?.id ?? ""}\n${credential.client?.secret ?? ""}`;
    default:
      return versionOf(credential);
  }
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** What tells a login from another one through all the refresh tokens that Google gives for it. */
function loginOf({ refreshToken, lineage }: OAuthCredential): string {
  const own = hashOf(refreshToken);
  const [current, first] = lineage?.split(":") ?? [];
  return current === own && first ? first : own;
}

/** The lineage of a refresh token that took the place of the one in `before`. */
export const descended = (before: OAuthCredential, refreshToken: string): string =>
  `${hashOf(refreshToken)}:${loginOf(before)}`;

const placeOf = (credential: LocalCredential): string => (credential.kind === "adc" ? "adc" : credential.keyFile);

/**
 * An account that was parked with another credential than it has now gets its new chance, and the project that Google named
 * for the old one and what was wrong with its login are forgotten, however the change was made. True where anything was.
 */
export function forgetReplaced(
  entries: readonly AccountEntry[],
  state: StateStore,
  at: EpochMs,
  markOf: MarkOf = credentialMark,
): boolean {
  const { parked, identities, health } = state.current();
  if (parked.size === 0 && identities.size === 0 && health.size === 0) return false;
  const changes = entries.flatMap(({ account: { id: accountId }, credential }): StateChange[] => {
    const isOther = (known: { readonly credentialMark?: string } | undefined) =>
      known?.credentialMark !== undefined && known.credentialMark !== markOf(credential);
    return [
      ...(isOther(parked.get(accountId)) ? [{ type: "account.unparked", accountId, at } as const] : []),
      ...(isOther(identities.get(accountId)) ? [{ type: "identity.forgotten", accountId, at } as const] : []),
      ...mended(health.get(accountId), isOther, at),
    ];
  });
  if (changes.length > 0) state.apply(changes);
  return changes.length > 0;
}

/** What was wrong with the login of the old credential says nothing of the new one. */
function mended(
  health: Health | undefined,
  isOther: (known: { readonly credentialMark?: string }) => boolean,
  at: EpochMs,
): readonly StateChange[] {
  if (health?.loginFault === undefined || health.loginMark === undefined) return [];
  const isNew = isOther({ credentialMark: health.loginMark });
  return isNew ? [{ type: "health.set", health: withoutLoginFault(health, at) }] : [];
}

/** Nothing tells us that a file beside the accounts has changed: it is looked at this often. */
const LOOK_EVERY_MS: DurationMs = 5_000;

/** Looks at what lies behind parked local credentials while requests come: a person mends it with other tools than ours. */
export class MendedSecrets {
  readonly #state: StateStore;
  readonly #markOf: MarkOf;
  #nextLookAt: EpochMs = 0;

  constructor(state: StateStore, markOf: MarkOf = credentialMark) {
    this.#state = state;
    this.#markOf = markOf;
  }

  /** Gives those their new chance that have another secret by now; true where there are any. `isUrgent`: nobody else can answer. */
  look(entries: readonly AccountEntry[], now: EpochMs, isUrgent = false): boolean {
    const { parked } = this.#state.current();
    if (parked.size === 0 || (now < this.#nextLookAt && !isUrgent)) return false;
    const waiting = entries.filter(({ account, credential }) => isLocal(credential) && parked.has(account.id));
    if (waiting.length === 0) return false;
    this.#nextLookAt = now + LOOK_EVERY_MS;
    return forgetReplaced(waiting, this.#state, now, this.#markOf);
  }
}

const isLocal = ({ kind }: Credential): boolean => kind === "adc" || kind === "service-account";
