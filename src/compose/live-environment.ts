import type { DurationMs, EpochMs } from "../core/account";
import { type AdcPlace, adcPath } from "../google/adc-file";
import { createLocalIdentities } from "../google/local-identities";
import { secretVersion } from "../google/secret-version";
import { systemClock } from "../system/clock";
import type { DefaultCredentials } from "../system/env-accounts";
import { systemFetch } from "../system/fetch";

/** A login of gcloud's that comes or goes is noticed after this long. */
const LOOK_MS: DurationMs = 1_000;

/** What gcloud or the user's own file offers now; the same object as long as that file is the same. Never throws. */
export function watchDefaultCredentials(place: AdcPlace): () => DefaultCredentials | undefined {
  const identities = createLocalIdentities({ ...place, fetch: systemFetch, clock: systemClock });
  let last:
    | { readonly at: EpochMs; readonly version: string; readonly found: DefaultCredentials | undefined }
    | undefined;

  const read = (path: string | undefined): DefaultCredentials | undefined => {
    if (path === undefined) return undefined;
    const { project, quotaProject } = identities.describeKeyFile(path);
    const named = project ?? quotaProject;
    return named === undefined ? {} : { project: named };
  };

  return () => {
    const at = systemClock.now();
    if (last && Math.abs(at - last.at) < LOOK_MS) return last.found;
    const version = secretVersion(place, { kind: "adc" });
    last = { at, version, found: last?.version === version ? last.found : read(adcPath(place)) };
    return last.found;
  };
}
