import type { Account, BackendName, DurationMs, EpochMs } from "../account";
import type { Cooldown } from "../cooldown";
import type { Outcome } from "../outcome";
import { type Scope, scopeKey } from "../scope";
import type { PoolState, StateChange } from "../state";
import type { Circuit } from "./circuit";
import { cool, pause } from "./pause";
import type { Answering, Settlement } from "./settlement";

/** So many failures in a row, of so many requests at least, open the circuit: one request alone may be unlucky. */
const FAILURES = 5;
const REQUESTS = 2;
/** The first opening lasts this long, each one after a failed probe twice as long as the one before. */
const FIRST_MS: DurationMs = 10_000;
const LONGEST_MS: DurationMs = 120_000;
/** What lies longer ago than this says nothing about now. */
const FORGOTTEN_MS: DurationMs = 600_000;

type Failing = Extract<Outcome, { kind: "transient" }>;

/** What an attempt says of its backend as a whole: run of failures goes on, opens the circuit, or is over. */
export function circuitAfter(state: PoolState, settlement: Settlement, now: EpochMs): readonly StateChange[] {
  const { outcome, unsent } = settlement;
  if (unsent) return [];
  if (isFailing(outcome)) return failed(state, settlement, outcome, now);
  if (!provesAlive(outcome)) return [];
  const { backend } = settlement.account;
  return [...closed(state, backend, now), ...over(state, backend, settlement, now)];
}

/** A refusal for quota may come from a door before servers that are dead; whatever else Google says comes from behind it. */
function over(
  state: PoolState,
  backend: BackendName,
  { outcome, startedAt }: Settlement,
  now: EpochMs,
): readonly StateChange[] {
  const outage = lastOutage(state, backend, now);
  if (!outage || outcome.kind === "limited" || outage.until > startedAt) return [];
  return [{ type: "cooldown.lifted", key: scopeKey(outage.scope), at: now }];
}

/** The run of failures is over: the backend has said something. */
export function closed(state: PoolState, backend: BackendName, now: EpochMs): readonly StateChange[] {
  const run = state.circuits.get(backend);
  return run && run.failureCount > 0 ? [{ type: "circuit.set", circuit: noRun(backend, nextTime(run, now)) }] : [];
}

const isFailing = (outcome: Outcome): outcome is Failing =>
  outcome.kind === "transient" && (outcome.cause === "network" || outcome.cause === "server");

/** A timer of ours, a cut line and this machine's own faults say nothing; a busy model's 503 says neither yes nor no. */
function provesAlive(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case "success":
      return true;
    case "aborted":
    case "timeout":
    case "machine":
      return false;
    case "transient":
      return outcome.cause === "empty";
    default:
      return outcome.status > 0 && outcome.status < 500;
  }
}

function failed(
  state: PoolState,
  { account, requestId, startedAt, accounts }: Answering,
  outcome: Failing,
  now: EpochMs,
): readonly StateChange[] {
  const { backend } = account;
  const last = lastOutage(state, backend, now);
  // A call that was under way before is part of the same outage, however late it fails.
  if (last && last.until > startedAt) return [];
  if (last) return [cool(opening(backend, last.step + 1, outcome, now))];
  const run = longer(state.circuits.get(backend), account, requestId, now);
  const isLong = run.failureCount >= FAILURES && run.requestCount >= REQUESTS;
  if (!isLong || !isEverybodys(run, outcome, { state, accounts })) return [{ type: "circuit.set", circuit: run }];
  const circuit = noRun(backend, run.updatedAt);
  return [cool(opening(backend, 1, outcome, now)), { type: "circuit.set", circuit }];
}

/** No network is no network, whoever asks; a server that fails must fail for two, where there are two. */
const isEverybodys = (
  run: Circuit,
  outcome: Failing,
  { state, accounts }: Pick<Answering, "accounts"> & { readonly state: PoolState },
): boolean =>
  outcome.cause === "network" ||
  run.accountIds.length > 1 ||
  accounts().filter(({ id, backend, enabled }) => enabled && backend === run.backend && !state.parked.has(id)).length <
    2;

const scopeOf = (backend: BackendName): Scope => ({ kind: "backend", backend });

/** The outage that runs, or has ended and waits for the probe that tells whether it is over. */
function lastOutage({ cooldowns }: PoolState, backend: BackendName, now: EpochMs): Cooldown | undefined {
  const cooldown = cooldowns.get(scopeKey(scopeOf(backend)));
  return cooldown?.reason === "outage" && now - cooldown.until < FORGOTTEN_MS ? cooldown : undefined;
}

function opening(backend: BackendName, step: number, outcome: Failing, now: EpochMs): Cooldown {
  const until = now + Math.min(LONGEST_MS, FIRST_MS * 2 ** (step - 1));
  const what = outcome.cause === "network" ? "Google cannot be reached." : "Google's servers fail.";
  return pause(
    { scope: scopeOf(backend), reason: "outage", until, sentence: `${what} ${outcome.sentence}`, step },
    now,
  );
}

/** Later than what it replaces, though the clock stands: of two runs the later one holds. */
const nextTime = (run: Circuit | undefined, now: EpochMs): EpochMs => Math.max(now, (run?.updatedAt ?? 0) + 1);

const noRun = (backend: BackendName, updatedAt: EpochMs): Circuit => ({
  backend,
  failureCount: 0,
  requestCount: 0,
  lastRequestId: "",
  accountIds: [],
  updatedAt,
});

function longer(known: Circuit | undefined, { backend, id }: Account, requestId: string, now: EpochMs): Circuit {
  const updatedAt = nextTime(known, now);
  const run = known && now - known.updatedAt < FORGOTTEN_MS ? known : noRun(backend, updatedAt);
  return {
    backend,
    failureCount: run.failureCount + 1,
    requestCount: run.requestCount + (run.lastRequestId === requestId ? 0 : 1),
    lastRequestId: requestId,
    accountIds: [...new Set([...(run.accountIds ?? []), id])].slice(0, 2),
    updatedAt,
  };
}
