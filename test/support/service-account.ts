import { generateKeyPairSync } from "node:crypto";

let pair: { privateKey: string; publicKey: string } | undefined;

/** A key pair made at the first use and kept for the process: no private key, however invented, stands in a file of ours. */
export function rsaPair(): { privateKey: string; publicKey: string } {
  pair ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return pair;
}

export const SERVICE_EMAIL = "robot@prod-9.iam.gserviceaccount.example";

/** What Google's console gives as a key file, as an object. */
export const keyFields = (more: object = {}): Record<string, unknown> => ({
  type: "service_account",
  project_id: "prod-9",
  private_key_id: "key-1",
  private_key: rsaPair().privateKey,
  client_email: SERVICE_EMAIL,
  client_id: "100000000000000000000",
  token_uri: "https://oauth2.googleapis.com/token",
  ...more,
});

/** The same as the text of a file. */
export const keyFile = (more: object = {}): string => JSON.stringify(keyFields(more), null, 2);

/** The account as the emulator knows it. */
export const serviceAccount = (more: object = {}) => ({
  label: "robot",
  serviceEmail: SERVICE_EMAIL,
  project: "prod-9",
  publicKey: rsaPair().publicKey,
  ...more,
});

/** What `gcloud auth application-default login` writes. */
export const userFile = (more: object = {}): string =>
  JSON.stringify({
    type: "authorized_user",
    account: "",
    client_id: "own-client.apps.example",
    client_secret: "own-client-secret",
    quota_project_id: "work-123",
    refresh_token: "1//example-refresh",
    universe_domain: "googleapis.com",
    ...more,
  });
