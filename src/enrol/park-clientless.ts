import type { EpochMs } from "../core/account";
import type { Credential } from "../core/credential";
import { park } from "../core/health/parking";
import type { StateChange } from "../core/state";
import type { AccountEntry } from "../ports/account-store";
import { NO_REFRESH_TOKEN } from "../ports/import";
import type { StateStore } from "../ports/state-store";

const NO_CLIENT = "It does not say with which OAuth client it was made: log in again, or add the client to it.";
const NO_LOGIN = "It came without a login that can be used here: log in.";

/** Why a login can never be used as it is; undefined where it may. */
export function loginFault(credential: Credential): string | undefined {
  if (credential.kind !== "oauth") return undefined;
  if (credential.refreshToken === NO_REFRESH_TOKEN) return NO_LOGIN;
  return credential.client === undefined ? NO_CLIENT : undefined;
}

interface ParkParts {
  readonly state: StateStore;
  readonly now: EpochMs;
  /** Tells one credential from another (`pool/unpark`): a new login then ends it by itself. */
  markOf(credential: Credential): string;
}

/** Parks the logins that cannot answer before anybody asks them, so that they are shown as what they are. Others stay as they are. */
export function parkClientless(entries: readonly AccountEntry[], { state, now, markOf }: ParkParts): void {
  const { parked } = state.current();
  const changes = entries.flatMap(({ account, credential }): StateChange[] => {
    const why = loginFault(credential);
    if (why === undefined || parked.has(account.id)) return [];
    const change = park(account, "needs-login", why, now);
    if (change.type !== "account.parked") return [change];
    return [{ ...change, parked: { ...change.parked, credentialMark: markOf(credential) } }];
  });
  if (changes.length > 0) state.apply(changes);
}
