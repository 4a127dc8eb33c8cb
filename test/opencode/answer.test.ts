import { describe, expect, test } from "bun:test";
import type { Refusal } from "../../src/core/refusal";
import { toResponse } from "../../src/opencode/answer";
import { RETRY_PATTERNS } from "../../src/view/harmless";
import { NOW } from "../support/builders";

const context = {
  isRun: false,
  streaming: true,
  now: NOW,
  formatTime: (at: number) => new Date(at).toISOString().slice(11, 16),
};
const accounts = [{ label: "work", state: "cooling", reason: "daily-quota", until: NOW + 9_000_000 }] as const;
const limited = (ms: number): Refusal => ({ kind: "limited", model: "m", until: NOW + ms, accounts });
async function shown(refusal: Refusal, more: object = {}) {
  const response = toResponse({ kind: "refused", refusal }, { ...context, ...more });
  const { error } = (await response.json()) as { error: { code: number; message: string; status: string } };
  return { ...error, status: response.status, wait: response.headers.get("retry-after-ms") };
}
/** opencode repeats whatever matches one of these, in the message or anywhere in the body. */
const looksPassing = (text: string) => RETRY_PATTERNS.some((pattern) => pattern.test(text));

describe("all accounts out", () => {
  test("is a 429 with the exact wait and all three fields that opencode needs to show the sentence", async () => {
    const { status, wait, code, message } = await shown(limited(8_999_500));
    expect({ status, wait, code }).toEqual({ status: 429, wait: "8999500", code: 429 });
    expect(message).toContain("work");
    const whole = toResponse({ kind: "refused", refusal: limited(8_999_500) }, context);
    expect(whole.headers.get("retry-after")).toBe("9000");
  });

  test("in opencode run is a 429 up to two minutes and a 400 with the clock time beyond", async () => {
    expect((await shown(limited(120_000), { isRun: true })).status).toBe(429);
    const { status, message } = await shown(limited(9_000_000), { isRun: true });
    expect(status).toBe(400);
    expect(message).toContain("14:30");
  });
});

describe("what waiting does not mend", () => {
  const refusals: Refusal[] = [
    { kind: "empty" },
    {
      kind: "person",
      model: "gemini-2.5-pro",
      accounts: [{ label: "acct 429", state: "parked", reason: "500 internal error", parkedState: "billing" }],
    },
    { kind: "banned", label: "seat", sentence: "service unavailable for you" },
    { kind: "egress", sentence: "User location is not supported, try again later" },
    { kind: "machine", sentence: "server error in the clock" },
    { kind: "timeout", sentence: "request timed out" },
    { kind: "loop", model: "gemini-2.5-pro" },
  ];
  for (const refusal of refusals) {
    test(`${refusal.kind}: is a 400 that opencode shows and does not repeat`, async () => {
      const { status, code, message } = await shown(refusal);
      expect({ status, code }).toEqual({ status: 400, code: 400 });
      expect(looksPassing(JSON.stringify({ message }))).toBe(false);
      expect(message.length).toBeGreaterThan(10);
    });
  }

  test("a limit that has become a 400 is not repeated either", async () => {
    const { message } = await shown(limited(9_000_000), { isRun: true });
    expect(looksPassing(message)).toBe(false);
  });
});

test("a network that is down is a 503 with a wait: opencode asks again by itself, also in run", async () => {
  for (const isRun of [false, true]) {
    const { status, wait, message } = await shown({ kind: "network", sentence: "connection refused" }, { isRun });
    expect({ status, wait }).toEqual({ status: 503, wait: "10000" });
    expect(message).toContain("Google could not be reached");
  }
});

test("in opencode run a busy model is waited for up to a minute at once, a service that is out for a quarter", async () => {
  const busy = (ms: number): Refusal => ({ kind: "busy", model: "m", until: NOW + ms, sentence: "overloaded" });
  const out = (ms: number): Refusal => ({ kind: "outage", until: NOW + ms, sentence: "HTTP 502" });
  const statuses = [];
  for (const refusal of [busy(60_000), busy(60_001), out(15_000), out(15_001)])
    statuses.push((await shown(refusal, { isRun: true })).status);
  expect(statuses).toEqual([503, 400, 503, 400]);
});

test("a busy backend is a 503 with a wait", async () => {
  const { status, wait } = await shown({ kind: "busy", model: "m", until: NOW + 10_000, sentence: "overloaded" });
  expect({ status, wait }).toEqual({ status: 503, wait: "10000" });
});

test("answers that broke off are a stream that opencode repeats", async () => {
  const response = toResponse({ kind: "refused", refusal: { kind: "broken", sentence: "empty" } }, context);
  expect(response.status).toBe(200);
  const error = await response.text().catch((thrown: Error) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(looksPassing((error as Error).message)).toBe(true);
});

test("a bad request comes back in Google's words, without what would make opencode repeat it", async () => {
  const sentence = "The input token count (1500429) exceeds the maximum number of tokens allowed (1048576).";
  const response = toResponse({ kind: "rejected", outcome: { kind: "rejected", status: 400, sentence } }, context);
  const { error } = (await response.json()) as { error: { message: string } };
  expect(looksPassing(error.message)).toBe(false);
  expect(error.message).toMatch(/input token count.*exceeds the maximum/i);
  expect(error.message.replaceAll("\u2060", "")).toBe(sentence);
});
