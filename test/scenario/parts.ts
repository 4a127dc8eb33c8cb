import { snapshotOf } from "../../src/core/snapshot-of";
import { toResponse } from "../../src/opencode/answer";
import type { Reply } from "../../src/pool/reply";
import type { AccountEntry } from "../../src/ports/account-store";
import type { Fetch } from "../../src/ports/world";
import type { FaultRule, KeyAccount, QuotaRule, Scenario } from "../../src/simulator/scenario";
import { GOOGLE, SEAT } from "../support/google-world";
import { key, seat, secretOf, type World } from "../support/pool-world";

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

/** `count` names: `k1`, `k2`, … */
export const labelled = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `k${index + 1}`);

/** Keys as Google knows them, each in a project of its own unless told otherwise. */
export const googleKeys = (labels: readonly string[], more: object = {}): readonly KeyAccount[] =>
  labels.map((label) => ({ label, key: secretOf(label), ...more }));

/** The same keys as the pool knows them. */
export const poolKeys = (labels: readonly string[], more: object = {}): AccountEntry[] =>
  labels.map((label) => key(label, more));

/** Google with these keys beside the usual two and the seat. */
export const googleWith = (labels: readonly string[], faults: readonly FaultRule[] = []): Scenario => ({
  ...GOOGLE,
  accounts: [...GOOGLE.accounts, ...googleKeys(labels)],
  faults,
});

/** Google with keys only, each in a project of its own with these limits. */
export function googleLimits(rules: Readonly<Record<string, readonly QuotaRule[]>>): Scenario {
  const labels = Object.keys(rules);
  return {
    accounts: labels.map((label) => ({ label, key: secretOf(label), project: `of-${label}` })),
    projects: Object.fromEntries(labels.map((label) => [`of-${label}`, { quotas: rules[label] ?? [] }])),
  };
}

/** A seat of a person of that name. */
export function seatOf(label: string, more: object = {}): AccountEntry {
  const { account } = seat({ id: `s-${label}`, label, subject: label, ...more });
  return {
    account,
    credential: { kind: "oauth", refreshToken: `1//example-${label}`, client: SEAT.client, generation: 1 },
  };
}

/** Google with such seats only, each person with these limits. */
export const googleSeats = (rules: Readonly<Record<string, readonly QuotaRule[]>>): Scenario => ({
  accounts: Object.keys(rules).map((label) => ({
    label,
    refreshToken: `1//example-${label}`,
    client: SEAT.client,
    project: SEAT.project,
  })),
  users: Object.fromEntries(Object.entries(rules).map(([label, quotas]) => [label, { quotas }])),
});

/** A fault of one account's answers. */
export const always = (account: string, answer: string, changes: object = {}): FaultRule => ({
  on: { account, path: "generate" },
  answer,
  with: changes,
});

/** Generate calls that reached Google with this account. */
export const callsTo = (world: World, label: string) =>
  world.google.calls.filter(({ account, path }) => account === label && path === "generate");

/** When Google was called, in seconds since the start of the test. */
export const secondsOf = (world: World, label: string, start: number): readonly number[] =>
  callsTo(world, label).map(({ at }) => (at - start) / SECOND);

/** What opencode gets of a reply that is no answer: status, the two headers and the words. */
export async function shown(world: World, reply: Reply, { isRun = false } = {}) {
  const formatTime = (at: number) => new Date(at).toISOString().slice(11, 16);
  const response = toResponse(reply, { isRun, streaming: true, now: world.clock.now(), formatTime });
  const retryAfterMs = response.headers.get("retry-after-ms");
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    retryAfterMs: retryAfterMs === null ? undefined : Number(retryAfterMs),
    text: await response.text(),
  };
}

/** The pool as `/gquota` and `status --json` see it. */
export function portrait({ store, state, clock, pool }: World) {
  const now = clock.now();
  return snapshotOf({
    accounts: store.current().entries.map(({ account }) => account),
    state: state.current(),
    usage: state.usage(now),
    inFlight: (id) => pool.inFlight(id),
    problem: undefined,
    now,
    recentModels: state.recentModels(now),
  });
}

/** Ends of what cools now, by scope, in seconds from now, with the reason. */
export function cooling({ state, clock }: World): Readonly<Record<string, string>> {
  const now = clock.now();
  const running = [...state.current().cooldowns].filter(([, { until }]) => until > now);
  return Object.fromEntries(running.map(([key, { until, reason }]) => [key, `${reason} ${(until - now) / SECOND} s`]));
}

/** Answers calls of some kind by hand; undefined lets a call pass to Google. */
export const answeredBy =
  (
    answer: (call: {
      readonly url: string;
      readonly key: string | null;
      readonly init: RequestInit;
    }) => Response | undefined,
  ) =>
  (inner: Fetch): Fetch =>
  async (url, init) =>
    answer({ url, key: new Headers(init.headers).get("x-goog-api-key"), init }) ?? inner(url, init);

/** A refusal in Google's form. */
export const refusalOf = (code: number, status: string, message: string, details: readonly object[] = []): Response =>
  new Response(JSON.stringify({ error: { code, status, message, details } }), {
    status: code,
    headers: { "content-type": "application/json" },
  });

/** A connection that is refused, and when it was tried. */
export function deadNetwork(now: () => number) {
  const at: number[] = [];
  const fetch: Fetch = async () => {
    at.push(now());
    throw Object.assign(new Error("Unable to connect. Is the computer able to access the url?"), {
      code: "ConnectionRefused",
    });
  };
  return { at, fetch };
}

/** The times between. */
export const gaps = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((at, index) => at - (times[index] ?? at));
