import type { Credential } from "../core/credential";
import { present } from "../core/present";
import type { AccountEntry } from "../ports/account-store";
import { withoutSecrets } from "./shown-label";

/** Whether the secrets, and what tells who a person is, go along. */
export interface ExportWish {
  readonly secrets: boolean;
}

/** What stays of a credential: tokens that end within the hour never go along. */
function credentialOf(credential: Credential, { secrets }: ExportWish): object {
  if (credential.kind === "oauth") {
    const { kind, refreshToken, client, email, subject } = credential;
    if (secrets) return present<Readonly<Record<string, unknown>>>({ kind, refreshToken, client, email, subject });
    return present<Readonly<Record<string, unknown>>>({ kind, client: client && { id: client.id } });
  }
  return secrets || credential.kind !== "api-key" ? credential : { kind: credential.kind };
}

/** A key file and the machine's own credentials are no secrets of ours: they stay where they are. */
const hasSecret = ({ kind }: Credential): boolean => kind === "api-key" || kind === "oauth";

/** One account in the form of the accounts file; one whose secret was left out says so. */
export function exportedAccount({ account, credential }: AccountEntry, wish: ExportWish): Record<string, unknown> {
  const { origin: _, credential: __, subject: ___, consumer: ____, modelGroups: _____, ...fields } = account;
  const isWithout = !wish.secrets && hasSecret(credential);
  const said = wish.secrets
    ? {}
    : { label: withoutSecrets(account.label), tags: account.tags.map((tag) => withoutSecrets(tag)) };
  return {
    ...fields,
    ...said,
    ...(isWithout ? { secretsLeftOut: true } : {}),
    credential: credentialOf(credential, wish),
  };
}

/** The accounts in the form of `gemini-auth.json`, for `import` on another machine and for programs. */
export const exportJson = (entries: readonly AccountEntry[], wish: ExportWish): string =>
  `${JSON.stringify({ version: 1, accounts: entries.map((entry) => exportedAccount(entry, wish)) }, null, 2)}\n`;
