import { describe, expect, test } from "bun:test";
import { FAULT_NAMES } from "../../src/simulator/stream-faults";
import { askKey, askSeat, eventsOf, readAll, refresh, textOf } from "./asking";
import { emulators } from "./running";
import type { FaultRule, Scenario } from "./scenario";

const SAID = "Grüße aus dem Süden 🌞 and back again.";
const FIRST_EVENT = "Grüße aus dem";
const world = (...faults: FaultRule[]): Scenario => ({
  accounts: [
    { label: "key", key: "AIza-example-1" },
    { label: "seat", refreshToken: "1//example", project: "work-1", accessToken: "ya29.example" },
  ],
  replies: [{ parts: [{ text: SAID }], events: 3 }],
  faults,
});

const run = emulators();
const start = (...faults: FaultRule[]) => run(world(...faults));

/** What a client sees of a spoilt stream, from each backend. */
const seen = async (fault: Omit<FaultRule, "on">) => {
  const { url } = await start(fault);
  const results = [];
  for (const ask of [askKey, askSeat]) {
    const response = await ask(url);
    const { text, failed } = await readAll(response);
    results.push({
      status: response.status,
      type: response.headers.get("content-type"),
      failed,
      text,
      events: eventsOf(text),
    });
  }
  return results;
};

describe.each([
  ["cut", FIRST_EVENT, true, false],
  ["empty", "", false, false],
  ["no-finish", SAID, false, false],
  ["mid-error", FIRST_EVENT, false, false],
  ["error-first", "", false, false],
  ["prompt-blocked", "", false, false],
  ["other", SAID, false, true],
  ["other-empty", "", false, true],
  ["unknown-finish", SAID, false, true],
  ["unknown-finish-empty", "", false, true],
  ["split", SAID, false, true],
  ["multi-line", SAID, false, true],
  ["metadata-only", SAID, false, true],
  ["html", "", false, false],
  ["unterminated", SAID, false, true],
])("%s", (answer, text, failed, finished) => {
  test(`says ${JSON.stringify(text)}, ${failed ? "breaks off" : "ends cleanly"}, ${finished ? "with" : "without"} a finish`, async () => {
    for (const result of await seen({ answer })) {
      expect(result.status).toBe(200);
      expect(result.failed).toBe(failed);
      expect(result.text.includes('"finishReason"')).toBe(finished);
      if (failed) expect(SAID).toStartWith(textOf(result.events));
      else expect(textOf(result.events)).toBe(text);
    }
  });
});

describe("details", () => {
  test("cut comes after as many events as asked", async () => {
    for (const { events } of await seen({ answer: "cut", with: { afterEvents: 2, holdSeconds: 0.3 } }))
      expect(events).toHaveLength(2);
  });

  test("an error in a stream is the case that was asked for, bare on both backends", async () => {
    for (const { events } of await seen({ answer: "mid-error", with: { error: "gl_429_free_rpd" } })) {
      expect(events).toHaveLength(2);
      expect(events[1]).toMatchObject({ error: { code: 429, status: "RESOURCE_EXHAUSTED" } });
    }
  });

  test("finish and block reasons can be chosen", async () => {
    for (const { text } of await seen({ answer: "other", with: { finishReason: "LANGUAGE" } }))
      expect(text).toContain('"finishReason": "LANGUAGE"');
    for (const { text } of await seen({ answer: "prompt-blocked", with: { blockReason: "BLOCKLIST" } }))
      expect(text).toContain('"blockReason": "BLOCKLIST"');
  });

  test("split loses nothing, whatever the size of the pieces", async () => {
    for (const chunkBytes of [1, 7]) {
      for (const { events } of await seen({ answer: "split", with: { chunkBytes } })) expect(textOf(events)).toBe(SAID);
    }
  });

  test("multi-line spreads an event over several data lines", async () => {
    for (const { text } of await seen({ answer: "multi-line" }))
      expect(text.split("\r\n\r\n")[0]?.match(/^data: /gm)?.length).toBeGreaterThan(3);
  });

  test("html is a page with status 200", async () => {
    for (const { type } of await seen({ answer: "html" })) expect(type).toStartWith("text/html");
  });

  test("refuse closes the connection without a byte", async () => {
    const { url } = await start({ answer: "refuse" });
    expect(
      await askKey(url).then(
        () => "answered",
        () => "failed",
      ),
    ).toBe("failed");
  });

  test.each(["stall", "silent"])("%s ends by itself after the time it is held", async (answer) => {
    const { url } = await start({ answer, with: { holdSeconds: 0.02 } });
    const result = await askKey(url).then(readAll, () => "no head");
    if (answer === "silent") expect(result).toBe("no head");
    else expect(result).toMatchObject({ failed: true, text: expect.stringContaining("data: ") });
  });

  test("a body that is no stream can be cut too", async () => {
    const { url } = await start({ answer: "cut" });
    const { text, failed } = await readAll(await askKey(url, { verb: "generateContent" }));
    expect(failed).toBe(true);
    expect(text).toStartWith("{");
    expect(() => JSON.parse(text)).toThrow();
  });

  test("the token endpoint and the quota can break as well", async () => {
    const { url } = await start(
      { on: { path: "token" }, answer: "cut" },
      { on: { path: "quota" }, answer: "html_502" },
    );
    expect((await readAll(await refresh(url))).failed).toBe(true);
    expect((await askSeat(url, { verb: "retrieveUserQuota" })).status).toBe(502);
  });

  test("every fault of a stream has its line above", () => {
    expect(FAULT_NAMES).toEqual(
      [
        "cut",
        "stall",
        "silent",
        "refuse",
        "empty",
        "no-finish",
        "mid-error",
        "error-first",
        "prompt-blocked",
        "other",
        "other-empty",
        "unknown-finish",
        "unknown-finish-empty",
        "split",
        "multi-line",
        "metadata-only",
        "html",
        "unterminated",
      ].sort(),
    );
  });
});

describe("faults by call number", () => {
  test("each rule counts the calls it fits; the first that fires answers", async () => {
    const { url } = await start(
      { on: { account: "key" }, calls: [1, 3], answer: "gl_503_overloaded" },
      { on: { account: "*", model: "gemini-2.5-flash" }, calls: { from: 2, to: 2 }, answer: "gl_500_internal" },
      { on: { account: "seat" }, answer: "ca_503_model_capacity_exhausted", with: { retryDelaySeconds: 40 } },
    );
    const statuses = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await askKey(url)).status);
    expect(statuses).toEqual([503, 500, 503, 200]);
    expect(await (await askSeat(url)).text()).toContain('"retryDelay": "40s"');
  });

  test("a slow answer is the true one, later", async () => {
    const { url } = await start({ answer: "ok", with: { delayMs: 1 } });
    expect(textOf(eventsOf(await (await askKey(url)).text()))).toBe(SAID);
  });

  test("whole streams can be had by name, wrapped for the backend that is asked", async () => {
    const { url } = await start({ answer: "sse_malformed_function_call" });
    expect(eventsOf(await (await askKey(url)).text())).toMatchObject([
      { candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL" }] },
    ]);
    expect(eventsOf(await (await askSeat(url)).text())).toMatchObject([
      { response: { candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL" }] } },
    ]);
  });
});
