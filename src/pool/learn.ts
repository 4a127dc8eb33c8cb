import type { Account, EpochMs } from "../core/account";
import type { CallTraits } from "../core/call";
import { type Answering, advance, answered } from "../core/health/advance";
import { accountFiled } from "../core/health/consumer";
import type { Outcome } from "../core/outcome";
import { quotaLessons, quotaProofs } from "../core/quota/learn";
import type { MinuteBefore } from "../core/quota/lesson";
import { type Peers, presumedWrongly } from "../core/quota/peers";
import { contenderOf } from "../core/rotation/contender";
import type { PoolState, StateChange } from "../core/state";
import { usageOf } from "../core/usage";
import type { AccountSource } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Clock, EventSink } from "../ports/world";
import type { Reach } from "./lease";
import type { Entrant } from "./lineup";
import type { Load } from "./load";
import { credentialMark, type MarkOf } from "./unpark";

/** One attempt. `known`: the live view of the state. */
export interface Attempt {
  readonly entrant: Entrant;
  readonly call: CallTraits;
  readonly model: string;
  readonly requestId: string;
  readonly startedAt: EpochMs;
  readonly known: PoolState;
}

/** One that is settled. */
export interface Lesson extends Attempt {
  readonly outcome: Outcome;
  readonly reach: Reach;
  /** What was sent there within the minute before. */
  readonly before: MinuteBefore | undefined;
}

/** What learning takes. `writer` names this process among those that count. */
export interface LearnParts {
  readonly source: AccountSource;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly writer: string;
  readonly load: Load;
  readonly peers: Peers;
  /** All accounts, with what Google said of them. */
  readonly accounts: () => readonly Account[];
  /** Default: `credentialMark`. */
  readonly markOf?: MarkOf;
}

/** Counting tokens has limits of its own: what comes of it says nothing of the model's. */
export const teaches = ({ call }: Pick<Attempt, "call">): boolean => call.method !== "countTokens";

/** What says something of the account, whatever was asked. */
const OWN: ReadonlySet<Outcome["kind"]> = new Set<Outcome["kind"]>([
  "parked",
  "banned",
  "unauthorized",
  "denied",
  "egress",
]);

/** An attempt as the core sees it. */
export const answeringOf = (
  { entrant: { account }, model, requestId, startedAt }: Attempt,
  { accounts, load, writer }: Pick<LearnParts, "accounts" | "load" | "writer">,
): Answering => ({
  account,
  model,
  startedAt,
  requestId: `${writer}-${requestId}`,
  inFlightCount: load.count(account.id),
  accounts,
});

/** What the first output of a good answer teaches at once. True where that lets somebody answer who could not. */
export function prove(attempt: Attempt, before: MinuteBefore | undefined, parts: LearnParts): boolean {
  if (!teaches(attempt)) return false;
  const { entrant, known, startedAt } = attempt;
  const { state, clock, writer } = parts;
  const now = clock.now();
  const proofs = answered(known, answeringOf(attempt, parts), now);
  const { place } = entrant;
  const context = { writer, now, startedAt, minute: before };
  const wrong = presumedWrongly(place, parts.peers.of(place), known.quotas, context);
  const quotas = [...quotaProofs(place, known.quotas, context), ...wrong];
  state.apply([...proofs, ...quotas]);
  return quotas.length > 0 || proofs.some(frees);
}

/** Whether a change lets somebody answer who could not. */
export const frees = ({ type }: StateChange): boolean => type === "cooldown.lifted" || type === "account.unparked";

/** The entrant as its refusal names it. */
function filed({ entrant, outcome, model }: Lesson): Entrant {
  const account = accountFiled(entrant.account, outcome);
  return account === entrant.account ? entrant : { ...entrant, ...contenderOf(account, model) };
}

/** Lets the pool and every listener know what an attempt came to. True where that lets somebody answer who could not. */
export function learn(lesson: Lesson, parts: LearnParts): boolean {
  const { model, outcome, reach, known, startedAt } = lesson;
  const entrant = filed(lesson);
  const { account, place } = entrant;
  const { state, clock, writer, peers } = parts;
  const now = clock.now();
  const unsent = reach === "login";
  const isProof = teaches(lesson) || OWN.has(outcome.kind);
  const taught = !isProof
    ? []
    : advance(known, { ...answeringOf({ ...lesson, entrant }, parts), outcome, unsent }, now);
  const changes = taught.flatMap((change) => marked(change, entrant, parts) ?? []);
  const counted = { writer, now, startedAt, minute: lesson.before };
  const arrived = reach === "google";
  const quotas = arrived && isProof ? quotaLessons(place, outcome, known.quotas, counted) : [];
  const usage = arrived ? usageOf(account.id, model, outcome, now) : [];
  state.apply([...changes, ...quotas, ...usage]);
  if (quotas.length > 0) peers.learn(place, known.quotas, now);
  tell(account, outcome, changes, parts);
  return changes.some(frees);
}

/**
 * A parked state, the fault of a login and a project that Google named remember the credential they were met with. Nothing where
 * that has been replaced while the call was out: the new one must not pay for the old one.
 */
function marked(change: StateChange, { entry: used }: Entrant, parts: LearnParts): StateChange | undefined {
  if (change.type === "health.set" && change.health.loginFault !== undefined) {
    const { markOf = credentialMark } = parts;
    return { ...change, health: { ...change.health, loginMark: markOf(used.credential) } };
  }
  if (change.type !== "account.parked" && change.type !== "identity.learnt") return change;
  const { source, markOf = credentialMark } = parts;
  const { accountId } = change.type === "account.parked" ? change.parked : change.identity;
  const now = source.current().entries.find(({ account }) => account.id === accountId);
  if (!now) return change;
  const mark = markOf(now.credential);
  if (accountId === used.account.id && mark !== markOf(used.credential)) return undefined;
  return change.type === "account.parked"
    ? { ...change, parked: { ...change.parked, credentialMark: mark } }
    : { ...change, identity: { ...change.identity, credentialMark: mark } };
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
