import type { Account, BackendName, CredentialKind } from "../core/account";

/** What is built in: how an account may prove itself to each backend. */
const SERVED: Readonly<Record<BackendName, readonly CredentialKind[]>> = {
  "gemini-api": ["api-key", "oauth"],
  "code-assist": ["oauth"],
  vertex: ["service-account", "adc", "oauth", "api-key"],
};

/** Whether this version can use an account at all. A token says nothing of the project Vertex AI is to be called in. */
export const isServed = ({ backend, credential, project }: Account): boolean =>
  SERVED[backend].includes(credential) && (backend !== "vertex" || credential === "api-key" || project !== undefined);
