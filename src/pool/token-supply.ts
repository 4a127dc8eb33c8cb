import type { Account } from "../core/account";
import type { HeldToken, Renewed } from "./held-token";
import type { RenewalFailures } from "./renewal-failures";

/** How the tokens of one kind of credential are kept and renewed. */
export interface TokenSupply<C> {
  /** How renewals went: one for all that ask the same service. */
  readonly failures: RenewalFailures;
  /** What shares one token, one flight and one failure. */
  keyOf(account: Account, credential: C): string;
  /** Tells a secret from the one that takes its place: a failure of the old one says nothing of the new one. */
  markOf(credential: C): string;
  /** A token that can be used now. Costs microseconds. */
  held(account: Account, credential: C): HeldToken | undefined;
  /** Gets a new token, unless there is a usable one by now that is not `spent`. */
  renew(account: Account, credential: C, spent?: string): Promise<Renewed>;
}
