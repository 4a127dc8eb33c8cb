import type { RefreshResult, TokenMinter } from "../ports/upstream";
import { type AdcPlace, adcPath, readAdcFile } from "./adc-file";
import { type AssertionGrantOptions, mintFromKey } from "./assertion-grant";
import { createMetadataServer, type MetadataServer, type MetadataServerOptions } from "./metadata-server";
import { createOAuthRefresher } from "./oauth";
import { atHome, shown } from "./secret-file";
import { secretVersion } from "./secret-version";
import { readServiceAccountFile } from "./service-account-key";

/** What minting works with. `home` is the user's home directory. */
export type TokenMinterOptions = AdcPlace & AssertionGrantOptions & MetadataServerOptions;

/** What there is to say where no application default credentials are. */
export const NO_ADC =
  'This machine has no application default credentials. Run "gcloud auth application-default login", or set GOOGLE_APPLICATION_CREDENTIALS to a key file.';

const machine = (sentence: string): RefreshResult => ({
  kind: "failed",
  outcome: { kind: "machine", status: 0, sentence },
});

/** Makes access tokens for key files and application default credentials, at the address that is configured. */
export function createTokenMinter(options: TokenMinterOptions): TokenMinter {
  const { home } = options;
  const server = createMetadataServer(options);
  return {
    mint(credential, signal) {
      if (credential.kind === "adc") return mintDefault(options, server, signal);
      return mintFromFile(options, atHome(credential.keyFile, home), signal);
    },
    version: (credential) => secretVersion(options, credential),
  };
}

async function mintFromFile(
  options: TokenMinterOptions,
  path: string,
  signal: AbortSignal | undefined,
): Promise<RefreshResult> {
  const reading = readServiceAccountFile(options.files, path);
  return reading.kind === "wrong" ? machine(reading.sentence) : mintFromKey(reading.key, path, { ...options, signal });
}

async function mintDefault(
  options: TokenMinterOptions,
  server: MetadataServer,
  signal: AbortSignal | undefined,
): Promise<RefreshResult> {
  const path = adcPath(options);
  if (path === undefined) return (await server.isThere(signal)) ? server.mint(signal) : machine(NO_ADC);
  const file = readAdcFile(options, path);
  switch (file.kind) {
    case "service-account":
      return mintFromKey(file.key, path, { ...options, signal });
    case "user": {
      const { refreshToken, client } = file;
      const refresher = createOAuthRefresher({ ...options, holder: { userFile: shown(path) } });
      return refresher.refresh({ kind: "oauth", refreshToken, client, generation: 0 }, signal);
    }
    default:
      return machine(file.sentence);
  }
}
