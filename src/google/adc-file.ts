import { join } from "node:path";
import type { OAuthClient } from "../core/credential";
import type { Files } from "../ports/files";
import { asText, type Loose } from "./errors/loose";
import { atHome, readSecretFile, shown } from "./secret-file";
import { readServiceAccount, type ServiceAccountKey } from "./service-account-key";

/** Where Google's tools look: the machine as this process sees it. */
export interface AdcPlace {
  readonly files: Files;
  readonly env: () => Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** What the file of the application default credentials is. */
export type AdcFile =
  | { readonly kind: "service-account"; readonly key: ServiceAccountKey }
  | {
      readonly kind: "user";
      readonly refreshToken: string;
      readonly client: OAuthClient;
      readonly quotaProject?: string;
      readonly email?: string;
    }
  /** One that Google knows and we do not serve, or that is broken. */
  | { readonly kind: "unsupported" | "wrong"; readonly sentence: string };

const LOGIN = 'Run "gcloud auth application-default login".';
const NAMED = "It is named by GOOGLE_APPLICATION_CREDENTIALS: correct the path or unset it.";

/**
 * The file that counts; nothing where the metadata server is next. A named one counts also where it is missing: that is a mistake,
 * not a wish for other credentials. https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function adcPath({ files, env, home }: AdcPlace): string | undefined {
  const { GOOGLE_APPLICATION_CREDENTIALS: named, CLOUDSDK_CONFIG: gcloud, APPDATA: windows } = env();
  if (named) return atHome(named, home);
  const directory = gcloud || (windows ? join(windows, "gcloud") : join(home, ".config", "gcloud"));
  const path = join(directory, "application_default_credentials.json");
  return isThere(files, path) ? path : undefined;
}

/** A file that may not be looked at is there: reading it says what is wrong. */
function isThere(files: Files, path: string): boolean {
  try {
    return files.stat(path) !== undefined;
  } catch {
    return true;
  }
}

/** Reads the file. Never throws, never quotes what is in it. */
export function readAdcFile({ files, env }: Pick<AdcPlace, "files" | "env">, path: string): AdcFile {
  const file = readSecretFile(files, path, env()["GOOGLE_APPLICATION_CREDENTIALS"] ? NAMED : LOGIN);
  if (file.kind === "wrong") return file;
  switch (file.fields["type"]) {
    case "service_account":
      return serviceAccount(file.fields, path);
    case "authorized_user":
      return user(file.fields, path);
    default:
      return unsupported(file.fields, path);
  }
}

function serviceAccount(fields: Loose, path: string): AdcFile {
  const reading = readServiceAccount(fields, path);
  return reading.kind === "key" ? { kind: "service-account", key: reading.key } : reading;
}

function user(fields: Loose, path: string): AdcFile {
  const refreshToken = asText(fields["refresh_token"]);
  const id = asText(fields["client_id"]);
  if (refreshToken === undefined || id === undefined) {
    return { kind: "wrong", sentence: `The login in ${shown(path)} is not whole. ${LOGIN}` };
  }
  const secret = asText(fields["client_secret"]);
  const quotaProject = asText(fields["quota_project_id"]);
  const email = asText(fields["account"]);
  return {
    kind: "user",
    refreshToken,
    client: { id, ...(secret === undefined ? {} : { secret }) },
    ...(quotaProject === undefined ? {} : { quotaProject }),
    ...(email === undefined ? {} : { email }),
  };
}

/** Their files name addresses and programs of their own to go through; nothing is asked of an address that the user did not configure. */
const OTHERS: Readonly<Record<string, string>> = {
  impersonated_service_account: "impersonates a service account",
  external_account: "uses workload identity federation",
  external_account_authorized_user: "uses workforce identity federation",
  gdch_service_account: "is for Google Distributed Cloud",
};

function unsupported(fields: Loose, path: string): AdcFile {
  const type = String(fields["type"]);
  const what = Object.hasOwn(OTHERS, type) ? OTHERS[type] : undefined;
  if (what === undefined) {
    return { kind: "wrong", sentence: `${shown(path)} holds no credentials of Google's. ${LOGIN}` };
  }
  const instead = `Use a service-account key file, or run "gcloud auth application-default login" without it.`;
  return { kind: "unsupported", sentence: `${shown(path)} ${what}, which is not supported yet. ${instead}` };
}
