import { createHash } from "node:crypto";
import type { EpochMs } from "../core/account";
import type { Credential } from "../core/credential";
import type { StateChange } from "../core/state";
import type { AccountEntry } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";

/** Tells one credential from another without giving it away: 32 bits of a hash. Tokens that come and go do not count. */
export function credentialMark(credential: Credential): string {
  return createHash("sha256").update(whatMatters(credential)).digest("hex").slice(0, 8);
}

function whatMatters(credential: Credential): string {
  switch (credential.kind) {
    case "api-key":
      return credential.key;
    case "oauth":
      return `${credential.refreshToken}\n${credential.client?.id ?? ""}\n${credential.client?.secret ?? ""}`;
    case "service-account":
      return credential.keyFile;
    case "adc":
      return "adc";
  }
}

/**
 * An account that was parked with another credential than it has now gets its new chance, and the project that Google named
 * for the old one is forgotten, however the change was made.
 */
export function forgetReplaced(entries: readonly AccountEntry[], state: StateStore, at: EpochMs): void {
  const { parked, identities } = state.current();
  if (parked.size === 0 && identities.size === 0) return;
  const changes = entries.flatMap(({ account: { id: accountId }, credential }): StateChange[] => {
    const isOther = (known: { readonly credentialMark?: string } | undefined) =>
      known?.credentialMark !== undefined && known.credentialMark !== credentialMark(credential);
    return [
      ...(isOther(parked.get(accountId)) ? [{ type: "account.unparked", accountId, at } as const] : []),
      ...(isOther(identities.get(accountId)) ? [{ type: "identity.forgotten", accountId, at } as const] : []),
    ];
  });
  if (changes.length > 0) state.apply(changes);
}
