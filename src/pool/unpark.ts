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

/** An account that was parked with another credential than it has now gets its new chance, however the change was made. */
export function unparkChanged(entries: readonly AccountEntry[], state: StateStore, at: EpochMs): void {
  const { parked } = state.current();
  if (parked.size === 0) return;
  const changes = entries.flatMap(({ account, credential }): StateChange[] => {
    const mark = parked.get(account.id)?.credentialMark;
    const changed = mark !== undefined && mark !== credentialMark(credential);
    return changed ? [{ type: "account.unparked", accountId: account.id, at }] : [];
  });
  if (changes.length > 0) state.apply(changes);
}
