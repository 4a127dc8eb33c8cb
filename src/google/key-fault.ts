import type { Outcome } from "../core/outcome";
import type { KeyFault } from "../ports/upstream";
import type { GoogleError } from "./errors/google-error";

/** The key may be good elsewhere: it is restricted to other APIs, its project has this one switched off, or it takes no keys like it. */
const WRONG_SERVICE: ReadonlySet<string> = new Set([
  "API_KEY_SERVICE_BLOCKED",
  "SERVICE_DISABLED",
  "CREDENTIALS_MISSING",
]);

const BLOCKED: ReadonlySet<string> = new Set([
  "API_KEY_HTTP_REFERRER_BLOCKED",
  "API_KEY_IP_ADDRESS_BLOCKED",
  "API_KEY_ANDROID_APP_BLOCKED",
  "API_KEY_IOS_APP_BLOCKED",
  "CONSUMER_SUSPENDED",
]);

/** The same where Google gives no reason, at the beginning of its words. */
const WORDS: readonly (readonly [fault: KeyFault, starts: readonly string[]])[] = [
  ["wrong-service", ["api keys are not supported"]],
  ["blocked", ["your api key was reported as leaked", "requests from ", "the provided api key has an ip address"]],
];

/** Why a key was refused, for whoever has to mend it; undefined where it is not the key, or Google does not say. */
export function keyFault(error: GoogleError, outcome: Outcome): KeyFault | undefined {
  if (outcome.kind !== "parked") return undefined;
  const has = (names: ReadonlySet<string>) => error.reasons.some(({ name, ofGoogle }) => ofGoogle && names.has(name));
  if (has(WRONG_SERVICE)) return "wrong-service";
  if (has(BLOCKED)) return "blocked";
  if (outcome.state === "billing") return "no-billing";
  const said = WORDS.find(([, starts]) => starts.some((text) => error.text.startsWith(text)));
  return said?.[0] ?? (outcome.state === "key-invalid" ? "invalid" : undefined);
}
