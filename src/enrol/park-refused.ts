import type { Account } from "../core/account";
import type { Credential } from "../core/credential";
import { named } from "../core/health/consumer";
import { park, parks } from "../core/health/parking";
import { withIdentity } from "../core/identity";
import type { Outcome } from "../core/outcome";
import type { StateChange } from "../core/state";
import type { AccountEntry, AccountStore } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Clock } from "../ports/world";

/** What parking needs; without a state nothing is parked. */
export interface ParkParts {
  readonly store: Pick<AccountStore, "current">;
  readonly state?: StateStore;
  readonly clock: Clock;
  /** Tells one credential from another (`pool/unpark`): a changed one then ends it by itself. */
  readonly markOf?: (credential: Credential) => string;
  /** Every account, also those that are kept elsewhere; default: those of the store. */
  readonly entries?: () => readonly AccountEntry[];
}

const entriesOf = ({ store, entries }: ParkParts): readonly AccountEntry[] => entries?.() ?? store.current().entries;

/** Refusals of the credential itself, which only a person can end. */
type Final = Extract<Outcome, { kind: "parked" | "banned" }>;

/** Whether Google has said no for good. Anything less (the network, a limit, a 403 without a reason) says nothing certain. */
export const isFinal = (outcome: Outcome): outcome is Final => outcome.kind === "parked" || outcome.kind === "banned";

/**
 * Parks an account whose credential Google has refused for good, just as a request that met the same would: those of its project
 * along with it where it is the project's, and a key that may only be too new after a pause. Any other outcome changes nothing.
 */
export function parkRefused(entry: AccountEntry, outcome: Outcome, parts: ParkParts): void {
  const { state, clock } = parts;
  if (state === undefined || !isFinal(outcome) || isReplaced(entry, parts)) return;
  const [known, now] = [state.current(), clock.now()];
  const account = withIdentity(entry.account, known);
  const accounts = () => entriesOf(parts).map((each) => withIdentity(each.account, known));
  const asked = { model: "", startedAt: now, requestId: "enrol" };
  const changes =
    outcome.kind === "banned"
      ? [park(account, "banned", outcome.sentence, now, outcome.url)]
      : parks(known, named({ ...asked, account, outcome, accounts }), outcome, now);
  applyParked(changes, parts, entry);
}

/** The same for an account that has just been stored, with the credential it has there. */
export function parkStored({ id }: Account, outcome: Outcome, parts: ParkParts): void {
  const entry = parts.store.current().entries.find(({ account }) => account.id === id);
  if (entry !== undefined) parkRefused(entry, outcome, parts);
}

/** The new credential must not pay for the old one. */
function isReplaced({ account, credential }: AccountEntry, parts: ParkParts): boolean {
  const { markOf } = parts;
  const now = entriesOf(parts).find((each) => each.account.id === account.id)?.credential;
  return now !== undefined && markOf !== undefined && markOf(now) !== markOf(credential);
}

/** Applies changes; what parks remembers the credential that its account has now. `asked`: one that may be in no store. */
export function applyParked(changes: readonly StateChange[], parts: ParkParts, asked?: AccountEntry): void {
  const { state, markOf } = parts;
  const known = [...entriesOf(parts), ...(asked === undefined ? [] : [asked])];
  const marked = changes.map((change): StateChange => {
    if (change.type !== "account.parked" || markOf === undefined) return change;
    const entry = known.find(({ account }) => account.id === change.parked.accountId);
    if (entry === undefined) return change;
    return { ...change, parked: { ...change.parked, credentialMark: markOf(entry.credential) } };
  });
  state?.apply(marked);
}
