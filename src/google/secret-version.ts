import type { LocalCredential } from "../core/credential";
import { type AdcPlace, adcPath } from "./adc-file";
import { atHome, fileVersion } from "./secret-file";

/** What lies behind a local credential now, as `TokenMinter.version` promises it. */
export function secretVersion(place: AdcPlace, credential: LocalCredential): string {
  const path = credential.kind === "adc" ? adcPath(place) : atHome(credential.keyFile, place.home);
  return path === undefined ? "metadata server" : fileVersion(place.files, path);
}
