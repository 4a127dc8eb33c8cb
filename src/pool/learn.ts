import type { Account, EpochMs } from "../core/account";
import { advance } from "../core/health/advance";
import type { Outcome } from "../core/outcome";
import type { PoolState, StateChange } from "../core/state";
import { usageOf } from "../core/usage";
import type { AccountEntry, AccountSource } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Clock, EventSink } from "../ports/world";
import { credentialMark as markOf } from "./unpark";

/** One settled attempt. `known`: the live view of the state. `sent`: Google has seen the call, so it counts as a request. */
export interface Lesson {
  readonly entry: AccountEntry;
  readonly model: string;
  readonly outcome: Outcome;
  readonly sent: boolean;
  readonly startedAt: EpochMs;
  readonly known: PoolState;
}

interface LearnParts {
  readonly source: AccountSource;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly events: EventSink;
}

/** Lets the pool and every listener know what an attempt came to. */
export function learn({ entry, model, outcome, sent, startedAt, known }: Lesson, parts: LearnParts): void {
  const { account } = entry;
  const now = parts.clock.now();
  const siblings = () => siblingsOf(account, parts.source);
  const taught = advance(known, { account, model, outcome, startedAt, siblings }, now);
  const changes = taught.flatMap((change) => marked(change, entry, parts.source) ?? []);
  const usage = sent ? usageOf(account.id, model, outcome, now) : [];
  parts.state.apply([...changes, ...usage]);
  tell(account, outcome, changes, parts);
}

/**
 * A parked state remembers the credential it was met with. Nothing where that has been replaced while the call was out:
 * the new one must not pay for the old one.
 */
function marked(change: StateChange, used: AccountEntry, source: AccountSource): StateChange | undefined {
  if (change.type !== "account.parked") return change;
  const now = source.current().entries.find(({ account }) => account.id === change.parked.accountId);
  if (!now) return change;
  const credentialMark = markOf(now.credential);
  const isReplaced = now.account.id === used.account.id && credentialMark !== markOf(used.credential);
  return isReplaced ? undefined : { ...change, parked: { ...change.parked, credentialMark } };
}

/** The other accounts of its project; without a known project it stands alone. */
function siblingsOf(account: Account, source: AccountSource): readonly Account[] {
  const project = projectOf(account);
  if (project === undefined) return [];
  const accounts = source.current().entries.map((entry) => entry.account);
  return accounts.filter((other) => other.id !== account.id && projectOf(other) === project);
}

function projectOf({ backend, project, quotaProject }: Account): string | undefined {
  const name = project ?? quotaProject;
  return name === undefined ? undefined : `${backend}/${name}`;
}

function tell(
  account: Account,
  outcome: Outcome,
  changes: readonly StateChange[],
  { clock, events }: LearnParts,
): void {
  const at = clock.now();
  const status = "status" in outcome ? outcome.status : 200;
  events.emit({ type: "attempt.settled", at, accountId: account.id, outcome: outcome.kind, status });
  for (const change of changes) {
    if (change.type === "cooldown.set") events.emit({ type: "account.cooled", at, cooldown: change.cooldown });
    if (change.type === "account.parked" && change.parked.accountId === account.id) {
      const { state, sentence, url } = change.parked;
      const where = url === undefined ? {} : { url };
      const who = { accountId: account.id, label: account.label };
      events.emit({ type: "account.parked", at, ...who, state, sentence, ...where });
    }
  }
}
