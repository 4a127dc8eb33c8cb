import { describe, expect, test } from "bun:test";
import { recordKey } from "../../src/core/quota/record";
import { FAKE_START } from "../support/fake-clock";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, told } from "../support/pool-world";

const MODEL = "gemini-2.5-pro";
const place = { quotaScope: "gemini-api/of-one", group: MODEL } as const;
const minuteTokens = { ...place, meter: "input-tokens", period: "minute" } as const;

describe("a request with a picture", () => {
  test("is not judged by the length of its base64: Google counts pictures otherwise", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    const limit = { value: 250_000, observedAt: FAKE_START, source: "refusal" as const };
    world.state.apply([{ type: "quota.learnt", record: { ...minuteTokens, limit, updatedAt: FAKE_START } }]);
    const picture = { inlineData: { mimeType: "image/png", data: "A".repeat(1_500_000) } };
    const body = { contents: [{ role: "user", parts: [{ text: "what is this" }, picture] }] };
    expect(await world.ask({ body })).toStartWith("200");
    const text = { contents: [{ role: "user", parts: [{ text: "word ".repeat(300_000) }] }] };
    expect(await world.ask({ session: "text", body: text })).toBe("refused too-large");
    expect(world.google.said().length).toBe(1);
  });
});

describe("an account that is used up by our own count", () => {
  test("is free for all at the first output of an answer that proves otherwise, not at its end", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    const record = { ...place, meter: "requests", period: "pacific-day" } as const;
    const count = {
      startsAt: Date.parse("2026-11-20T08:00:00Z"),
      endsAt: Date.parse("2026-11-21T08:00:00Z"),
      by: { w: 5 },
    };
    const limit = { value: 5, observedAt: FAKE_START - 1, source: "refusal" as const };
    world.state.apply([{ type: "quota.learnt", record: { ...record, count, limit, updatedAt: FAKE_START - 1 } }]);
    await world.clock.advance(1_000);
    const first = await world.start({ session: "a" });
    expect(first.kind).toBe("answered");
    const began = world.clock.now();
    expect(await world.ask({ session: "b" })).toStartWith("200");
    expect(world.clock.now()).toBe(began);
    expect(world.state.current().quotas.get(recordKey(record))?.limit?.value).toBe(0);
    await told(first);
  });
});

describe("counting tokens", () => {
  test("that is refused benches no model", async () => {
    const faults = [{ on: { path: "count" as const }, answer: "gl_429_free_rpm" }];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    expect(await world.ask({ method: "countTokens" })).toStartWith("refused");
    expect(await world.ask()).toStartWith("200");
  });
});

describe("a backend that failed and was tried again", () => {
  test("is open for all once Google refuses a request with reasons", async () => {
    const world = poolWorld({ accounts: [key("one"), key("two")], google: GOOGLE });
    const scope = { kind: "backend", backend: "gemini-api" } as const;
    const since = FAKE_START - 20_000;
    const outage = { scope, since, until: FAKE_START - 10_000, source: "estimate", step: 1, sentence: "x" } as const;
    world.state.apply([{ type: "cooldown.set", cooldown: { ...outage, reason: "outage" } }]);
    expect(await world.ask({ session: "bad", body: { contents: [] } })).toStartWith("rejected 400");
    expect(world.state.current().cooldowns.size).toBe(0);
  });
});

describe("a seat that rests for hours with a login that has ended", () => {
  test("costs one try of its login in five minutes, however many requests are refused", async () => {
    const faults = [{ on: { path: "token" as const }, answer: "oauth_invalid_grant_revoked" }];
    const world = poolWorld({ accounts: [seat()], google: { ...GOOGLE, faults } });
    const scope = { kind: "quota", quotaScope: "code-assist/1098", group: "pro" } as const;
    const rest = { scope, since: FAKE_START, until: FAKE_START + 4 * 3_600_000, source: "server", step: 1 } as const;
    world.state.apply([{ type: "cooldown.set", cooldown: { ...rest, reason: "quota", sentence: "x" } }]);
    for (let turn = 0; turn < 20; turn++)
      expect(await world.ask({ session: `s${turn}` })).toStartWith("refused limited");
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(1);
  });
});
