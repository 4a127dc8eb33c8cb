import { present } from "../core/present";
import type { LocalIdentities, LocalIdentity } from "../ports/upstream";
import { type AdcFile, type AdcPlace, adcPath, readAdcFile } from "./adc-file";
import { cleanName } from "./code-assist/clean";
import { tidy } from "./errors/sentence";
import { createMetadataServer, type MetadataServerOptions } from "./metadata-server";
import { atHome, shown } from "./secret-file";
import { readServiceAccountFile, type ServiceAccountKey } from "./service-account-key";
import { NO_ADC } from "./token-minter";

/** What looking works with. */
export type LocalIdentitiesOptions = AdcPlace & MetadataServerOptions;

/** Looks at what this machine offers, for whoever wants to add it as an account. Exchanges nothing. */
export function createLocalIdentities(options: LocalIdentitiesOptions): LocalIdentities {
  const { files, home, env } = options;
  return {
    describeKeyFile(given) {
      const path = atHome(given, home);
      const reading = readServiceAccountFile(files, path);
      return reading.kind === "key" ? ofKey(reading.key, path) : { kind: "unsupported", sentence: reading.sentence };
    },
    async describeAdc(signal) {
      const path = adcPath(options);
      const found = path === undefined ? await ofServer(options, signal) : ofFile(readAdcFile(options, path), path);
      const project = env()["GOOGLE_CLOUD_PROJECT"] || env()["GCLOUD_PROJECT"];
      return found.kind === "none" || !project ? found : { ...found, project };
    },
  };
}

function ofFile(file: AdcFile, path: string): LocalIdentity {
  switch (file.kind) {
    case "service-account":
      return ofKey(file.key, path);
    case "user": {
      const { email, quotaProject } = file;
      const sentence = `A person's login for Google Cloud, in ${shown(path)}.`;
      return present<LocalIdentity>({ kind: "user", project: quotaProject, quotaProject, email, sentence });
    }
    default:
      return { kind: "unsupported", sentence: file.sentence };
  }
}

function ofKey({ project, quotaProject, email }: ServiceAccountKey, path: string): LocalIdentity {
  const whose = project === undefined ? "" : ` of the project ${project}`;
  const sentence = tidy(`A service account${whose}, by the key in ${shown(path)}.`);
  return present<LocalIdentity>({ kind: "service-account", project, quotaProject, email, sentence });
}

async function ofServer(options: MetadataServerOptions, signal: AbortSignal | undefined): Promise<LocalIdentity> {
  const server = createMetadataServer(options);
  if (!(await server.isThere(signal))) return { kind: "none", sentence: NO_ADC };
  const [project, email] = await Promise.all([
    server.value("project/project-id", signal),
    server.value("instance/service-accounts/default/email", signal),
  ]);
  return present<LocalIdentity>({
    kind: "metadata-server",
    project: cleanName(project),
    email,
    sentence: "The service account of this machine of Google's.",
  });
}
