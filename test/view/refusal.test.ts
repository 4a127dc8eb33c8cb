import { describe, expect, test } from "bun:test";
import type { ParkedState } from "../../src/core/outcome";
import type { Refusal, RefusedAccount } from "../../src/core/refusal";
import { harmless, RETRY_PATTERNS } from "../../src/view/harmless";
import { refusalSentence } from "../../src/view/refusal";
import { NOW } from "../support/builders";
import { time } from "./pool";

const UNTIL = Date.UTC(2026, 10, 20, 14, 32);
const MODEL = "gemini-2.5-pro";

const say = (refusal: Refusal) => refusalSentence(refusal, { now: NOW, formatTime: time });
const cooling = (label: string, overrides: Partial<RefusedAccount> = {}): RefusedAccount => ({
  label,
  state: "cooling",
  reason: "daily-quota",
  until: UNTIL + 60_000,
  ...overrides,
});
const parked = (label: string, parkedState: ParkedState, url?: string): RefusedAccount => ({
  label,
  state: "parked",
  reason: "Google's own words",
  parkedState,
  ...(url === undefined ? {} : { url }),
});
const limited = (...accounts: RefusedAccount[]) => say({ kind: "limited", model: MODEL, until: UNTIL, accounts });
const person = (...accounts: RefusedAccount[]) => say({ kind: "person", model: MODEL, accounts });

describe("when everybody is used up", () => {
  test("names how many, who is first and the clock time", () => {
    const text = limited(cooling("home"), cooling("work", { until: UNTIL, reason: "rate-limit" }), cooling("side"));
    expect(text).toBe("All 3 Gemini accounts are used up. First free: work, 14:32.");
  });

  test("a single account is spoken of as one", () => {
    expect(limited(cooling("work", { until: UNTIL }))).toBe("Your Gemini account work is used up. Free again: 14:32.");
  });

  test("a pause that is no quota is not called used up", () => {
    expect(limited(cooling("home", { until: UNTIL, reason: "denied" }), cooling("work"))).toBe(
      "Both Gemini accounts are pausing (refused without a reason; used up for the day). First free: home, 14:32.",
    );
  });

  test("says what would bring the others back", () => {
    expect(limited(cooling("work", { until: UNTIL }), parked("home", "needs-login"))).toBe(
      "No Gemini account is free: 1 is used up. First free: work, 14:32. home: its login has ended and must be renewed.",
    );
  });

  test("tomorrow is tomorrow", () => {
    const until = Date.UTC(2026, 10, 21, 8);
    const text = say({
      kind: "limited",
      model: MODEL,
      until,
      accounts: [cooling("a", { until }), cooling("b", { until })],
    });
    expect(text).toBe("Both Gemini accounts are used up. First free: a, tomorrow 08:00.");
  });
});

describe("when only a person can help", () => {
  test("says for each account what to do and where", () => {
    expect(
      person(parked("work", "needs-verification", "https://example.test/verify"), parked("home", "key-invalid")),
    ).toBe(
      "No Gemini account can answer. work: Google wants you to verify it: https://example.test/verify . " +
        "home: the key is not valid, make a new one and run /login.",
    );
  });

  test("a key that Google has suspended is not called invalid", () => {
    const text = person({ ...parked("old", "key-invalid"), reason: "Google has suspended this API key." });
    expect(text).toBe("No Gemini account can answer. old: Google has suspended the key, use another one.");
  });

  test("an account that was switched off or is not served says so", () => {
    const text = person(
      { label: "old", state: "disabled", reason: "disabled" },
      { label: "eu", state: "disabled", reason: "vertex is not served by this version" },
    );
    expect(text).toBe(
      'No Gemini account can answer. old: switched off (set "enabled": true in gemini-auth.json). eu: vertex is not served by this version.',
    );
  });

  test("many accounts stay readable", () => {
    const text = person(...Array.from({ length: 12 }, (_, i) => parked(`k${i}`, "billing")));
    expect(text).toEndWith("k4: its billing needs attention (Google's own words). And 7 more accounts: see /gquota.");
  });
});

describe("every other refusal", () => {
  const cases: [Refusal, string][] = [
    [{ kind: "empty" }, "No Gemini account yet. Run /login in opencode, or: opencode auth login."],
    [
      { kind: "busy", model: MODEL, until: UNTIL, sentence: "The model is overloaded." },
      "Google is busy with gemini-2.5-pro; your accounts are fine. Worth another try at 14:32.",
    ],
    [
      { kind: "network", sentence: "connection refused" },
      "Google could not be reached: connection refused. Check the connection.",
    ],
    [
      {
        kind: "banned",
        label: "work",
        sentence: "This service has been disabled in this account.",
        url: "https://example.test/appeal",
      },
      "Google has suspended the account work: This service has been disabled in this account. It is parked; your next message uses the other accounts. More: https://example.test/appeal",
    ],
    [
      { kind: "egress", sentence: "User location is not supported for the API use." },
      "Google refuses this network or region: User location is not supported for the API use. Another account would be refused here too.",
    ],
    [
      { kind: "machine", sentence: "" },
      "The set-up of this machine keeps Gemini from answering. No account was marked.",
    ],
    [
      { kind: "timeout", sentence: "no byte for 120 s" },
      "Gemini did not answer in time: no byte for 120 s. It was not sent a second time, because it may have been billed.",
    ],
    [
      { kind: "broken", sentence: "the stream ended early" },
      "Gemini answered, but with nothing that could be used: the stream ended early.",
    ],
    [
      { kind: "loop", model: MODEL },
      "The same request to gemini-2.5-pro was repeated many times within seconds, so the pool stopped it. Send your message again to go on.",
    ],
  ];
  test.each(cases)("%j", (refusal, sentence) => {
    expect(say(refusal)).toBe(sentence);
  });

  test("our own words never look like a passing fault to opencode", () => {
    for (const [refusal] of cases) {
      const own = say("sentence" in refusal ? { ...refusal, sentence: "" } : refusal);
      expect(harmless(own)).toBe(own);
      expect(RETRY_PATTERNS.some((pattern) => pattern.test(own))).toBe(false);
    }
  });
});

test("a conversation that no account takes is told its limit and what to do", () => {
  expect(say({ kind: "too-large", model: MODEL, limit: 250_000 })).toBe(
    "This conversation is too large: every Gemini account that is free takes 250,000 tokens of gemini-2.5-pro at once at most. Compact it (/compact), or use another model or account.",
  );
});

test("a backend that has failed again and again is named with the time of the next try", () => {
  expect(say({ kind: "outage", until: UNTIL, sentence: "no connection to Google (ECONNREFUSED)" })).toBe(
    "Google does not answer: no connection to Google (ECONNREFUSED). Worth another try at 14:32.",
  );
});
