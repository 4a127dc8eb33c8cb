import { expect, test } from "bun:test";
import type { Failure } from "../../../src/core/outcome";
import { classify } from "../../../src/google/errors/classify";
import { createGoogle } from "../../../src/simulator/google";
import { countedTokens } from "../../../src/simulator/reply";
import { accountsOf } from "../../../src/simulator/run/accounts";
import { Ledger } from "../../../src/simulator/run/ledger";
import type { Plan } from "../../../src/simulator/run/plan";
import { createSupply } from "../../../src/simulator/run/supply";
import type { QuotaRule, Scenario } from "../../../src/simulator/scenario";

const NOON = Date.parse("2026-11-20T20:00:00Z");
const MODEL = "gemini-2.5-pro";
const CONTENTS = [{ role: "user", parts: [{ text: "hello" }] }];

interface Case {
  readonly seat?: boolean;
  readonly tier?: "free" | "paid";
  readonly quota: QuotaRule;
  readonly dayRetrySeconds?: number;
}

/** What the pool reads of Google's own words when these calls are refused. */
function read({ seat = false, tier = "free", quota, dayRetrySeconds }: Case, times: readonly number[]): Failure[] {
  const scenario: Scenario = seat
    ? {
        accounts: [{ label: "a", refreshToken: "1//example", project: "p", accessToken: "ya29.a" }],
        users: { a: { quotas: [quota] } },
      }
    : {
        accounts: [{ label: "a", key: "AIza-example-1", project: "p" }],
        projects: { p: { tier, quotas: [quota] } },
        ...(dayRetrySeconds === undefined ? {} : { dayRetrySeconds }),
      };
  const google = createGoogle(scenario, NOON);
  return times.flatMap((at) => {
    const { status, steps } = google.answer(requestOf(seat), NOON + at);
    if (status === 200) return [];
    const body = steps.map((step) => ("send" in step ? String(step.send) : "")).join("");
    const backend = seat ? "code-assist" : "gemini-api";
    return [classify({ backend, status, headers: new Headers(), body, now: NOON + at })];
  });
}

const requestOf = (seat: boolean) => ({
  method: "POST",
  target: seat ? "/v1internal:generateContent" : `/v1beta/models/${MODEL}:generateContent`,
  headers: seat ? { authorization: "Bearer ya29.a" } : { "x-goog-api-key": "AIza-example-1" },
  body: JSON.stringify(seat ? { model: MODEL, project: "p", request: { contents: CONTENTS } } : { contents: CONTENTS }),
});

/** What the simulator hands the pool instead. */
function simulated({ seat = false, tier = "free", quota, dayRetrySeconds }: Case, times: readonly number[]): Failure[] {
  const plan: Plan = {
    name: "one",
    durationSeconds: 60,
    accounts: [{ label: "a", backend: seat ? "code-assist" : "gemini-api", tier, quotas: [quota] }],
    workload: { callers: 1 },
    ...(dayRetrySeconds === undefined ? {} : { dayRetrySeconds }),
  };
  let now = NOON;
  const accounts = accountsOf(plan, NOON);
  const supply = createSupply({ plan, accounts, startsAt: NOON, now: () => now, events: new Ledger() });
  const inputTokens = countedTokens(requestOf(seat).body);
  return times.flatMap((at) => {
    now = NOON + at;
    return accounts.all.flatMap((account) => supply.judge({ account, model: MODEL, inputTokens, networkMs: 50 }) ?? []);
  });
}

/** The words are nobody's business but a person's. */
const facts = (failures: readonly Failure[]) => failures.map(({ sentence: _, ...rest }) => rest);

const CASES: readonly (readonly [string, Case])[] = [
  ["requests per minute of a key", { quota: { rpm: 2 } }],
  ["the same, paid", { tier: "paid", quota: { rpm: 2 } }],
  ["requests per day of a key", { quota: { rpd: 2 } }],
  ["a day that states a short wait", { quota: { rpd: 2 }, dayRetrySeconds: 36.5 }],
  ["a minute and a day at once", { quota: { rpm: 2, rpd: 2 } }],
  ["tokens per minute of a key", { quota: { tpm: 30 } }],
  ["tokens, paid", { tier: "paid", quota: { tpm: 30 } }],
  ["tokens and requests at once", { quota: { rpm: 1, tpm: 15 } }],
  ["a model that the tier does not have", { quota: { rpd: 0 } }],
  ["none per minute but some per day", { quota: { rpm: 0, rpd: 1 } }],
  ["requests per minute of a seat", { seat: true, quota: { rpm: 2 } }],
  ["requests per day of a seat", { seat: true, quota: { rpd: 2 } }],
  ["five hours of a seat", { seat: true, quota: { rp5h: 2 } }],
  ["a week of a seat", { seat: true, quota: { rpw: 2, rpd: 9 } }],
];

test.each(CASES)("a simulated refusal is what the pool reads of the real words: %s", (_, one) => {
  const times = [0, 400, 1_234, 2_001];
  const found = facts(simulated(one, times));
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual(facts(read(one, times)));
});
