import { createPrivateKey } from "node:crypto";
import type { Files } from "../ports/files";
import { asText, type Loose } from "./errors/loose";
import { readSecretFile, shown } from "./secret-file";
import { fitTokenUrl } from "./token-url";

/** What a service-account file holds. `tokenUrl`: where Google says that its tokens are made. */
export interface ServiceAccountKey {
  readonly email: string;
  readonly privateKey: string;
  readonly keyId?: string;
  readonly project?: string;
  readonly quotaProject?: string;
  readonly tokenUrl?: string;
}

/** The key, or what is wrong with the file, in words that name it and the next step. */
export type ServiceAccountReading =
  | { readonly kind: "key"; readonly key: ServiceAccountKey }
  | { readonly kind: "wrong"; readonly sentence: string };

const NEXT = "Make a JSON key in Google Cloud (IAM, Service accounts, Keys) and name its path.";

const NEW_KEY = "Make a new JSON key in Google Cloud (IAM, Service accounts, Keys).";

/** Reads a service-account file. Never throws; never quotes what is in it. */
export function readServiceAccountFile(files: Files, path: string): ServiceAccountReading {
  const file = readSecretFile(files, path, NEXT);
  return file.kind === "wrong" ? file : readServiceAccount(file.fields, path);
}

/** The same for a file that has been read. */
export function readServiceAccount(fields: Loose, path: string): ServiceAccountReading {
  const sentence = faultOf(fields, shown(path));
  if (sentence !== undefined) return { kind: "wrong", sentence };
  const optional = (name: keyof ServiceAccountKey, field: string) => {
    const value = asText(fields[field]);
    return value === undefined ? {} : { [name]: value };
  };
  const key: ServiceAccountKey = {
    email: asText(fields["client_email"]) ?? "",
    privateKey: asText(fields["private_key"]) ?? "",
    ...optional("keyId", "private_key_id"),
    ...optional("project", "project_id"),
    ...optional("quotaProject", "quota_project_id"),
    ...optional("tokenUrl", "token_uri"),
  };
  return { kind: "key", key };
}

/** Google takes no others. */
function isRsaKey(text: string): boolean {
  try {
    return createPrivateKey(text).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}

function faultOf(fields: Loose, name: string): string | undefined {
  const type = fields["type"];
  if (type === "authorized_user") {
    return `${name} is a person's login (application default credentials), not a service-account key. Add it as application default credentials instead.`;
  }
  if ("installed" in fields || "web" in fields) {
    return `${name} is an OAuth client, not a service-account key. Add it as an OAuth client instead.`;
  }
  if (type !== "service_account") return `${name} is no service-account key. ${NEXT}`;
  const privateKey = asText(fields["private_key"]);
  if (privateKey === undefined) return `${name} holds no private key (private_key). ${NEXT}`;
  if (!isRsaKey(privateKey)) return `The private key in ${name} is damaged or no RSA key. ${NEW_KEY}`;
  if (asText(fields["client_email"]) === undefined) return `${name} names no service account (client_email). ${NEXT}`;
  const tokenUrl = fields["token_uri"];
  if (tokenUrl !== undefined && fitTokenUrl(tokenUrl) === undefined) {
    return `${name} sends its signatures to an address that is not safe (token_uri must be https, or this machine). ${NEXT}`;
  }
  return undefined;
}
