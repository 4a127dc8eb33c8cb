import type { Account, BackendName, CredentialKind } from "../core/account";

/** What is built in: how an account may prove itself to each backend. */
const SERVED: Readonly<Record<BackendName, readonly CredentialKind[]>> = {
  "gemini-api": ["api-key", "oauth"],
  "code-assist": ["oauth"],
  vertex: [],
};

/** Whether this version can use an account at all. */
export const isServed = ({ backend, credential }: Account): boolean => SERVED[backend].includes(credential);
