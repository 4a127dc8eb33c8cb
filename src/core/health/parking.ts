import type { Account, DurationMs, EpochMs } from "../account";
import { isCooling } from "../cooldown";
import { siblingsOf } from "../identity";
import type { Outcome, ParkedState } from "../outcome";
import { type Scope, scopeKey } from "../scope";
import type { Parked, PoolState, StateChange } from "../state";
import { cool, pause } from "./pause";
import type { Settlement } from "./settlement";

const MINUTE_MS: DurationMs = 60_000;
/** New keys take minutes to work everywhere at Google (google-gemini/gemini-cli#4430). */
const NEW_KEY_AGE_MS = 10 * MINUTE_MS;
const NEW_KEY_PAUSE_MS = 2 * MINUTE_MS;

type ParkedOutcome = Extract<Outcome, { kind: "parked" }>;

/** The account waits for a person from `now` on. */
export function park(account: Account, state: ParkedState, sentence: string, now: EpochMs, url?: string): StateChange {
  const parked: Parked = { accountId: account.id, state, sentence, since: now, ...(url === undefined ? {} : { url }) };
  return { type: "account.parked", parked };
}

/** Parks the account, or everybody in its project; a key that may only be too new gets a pause first. */
export function parks(
  state: PoolState,
  settlement: Settlement,
  outcome: ParkedOutcome,
  now: EpochMs,
): readonly StateChange[] {
  const patience = newKeyPause(state, settlement, outcome, now);
  if (patience) return [patience];
  const { account, accounts } = settlement;
  const parked = outcome.scope === "project" ? [account, ...siblingsOf(account, accounts())] : [account];
  return parked.map((each) => park(each, outcome.state, outcome.sentence, now, outcome.url));
}

/** A token or key that was refused after its refresh. */
export function refusedLogin(
  state: PoolState,
  settlement: Settlement,
  outcome: Extract<Outcome, { kind: "unauthorized" }>,
  now: EpochMs,
): readonly StateChange[] {
  const of = settlement.account.credential === "api-key" ? "key-invalid" : "needs-login";
  return parks(state, settlement, { ...outcome, kind: "parked", scope: "account", state: of }, now);
}

function newKeyPause(
  state: PoolState,
  { account, startedAt }: Settlement,
  outcome: ParkedOutcome,
  now: EpochMs,
): StateChange | undefined {
  if (outcome.state !== "key-invalid" || now - account.addedAt >= NEW_KEY_AGE_MS) return undefined;
  const scope: Scope = { kind: "account", accountId: account.id };
  const previous = state.cooldowns.get(scopeKey(scope));
  // Only a call that began after the pause was its second chance.
  if (previous?.reason === "new-key" && !isCooling(previous, startedAt)) return undefined;
  const { sentence } = outcome;
  return cool(pause({ scope, reason: "new-key", until: now + NEW_KEY_PAUSE_MS, sentence }, now));
}
