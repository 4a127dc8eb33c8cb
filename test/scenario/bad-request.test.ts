import { describe, expect, test } from "bun:test";
import { type Ask, poolWorld, type World } from "../support/pool-world";
import { answeredBy, cooling, googleWith, labelled, poolKeys, refusalOf, shown } from "./parts";

const FIVE = labelled(5);
const five = (answer?: string) => {
  const faults = answer === undefined ? [] : [{ answer }];
  return poolWorld({ accounts: poolKeys(FIVE), google: googleWith(FIVE, faults) });
};

/** What opencode gets, and how often Google was asked for it. */
async function once(world: World, what: Ask = {}) {
  const before = world.google.said().length;
  const told = await shown(world, await world.clock.finish(world.start(what)));
  return { ...told, calls: world.google.said().length - before };
}

const leavesNoTrace = (world: World) => {
  expect(cooling(world)).toEqual({});
  expect(world.state.current().parked.size).toBe(0);
  for (const { successFraction } of world.state.current().health.values()) expect(successFraction).toBe(1);
};

describe("a request that is at fault itself costs one call, and Google's own words come back", () => {
  const ROWS = [
    ["gl_400_token_overflow", 400, "exceeds the maximum number of tokens allowed"],
    ["gl_400_unknown_field", 400, "Unknown name"],
    ["gl_404_model", 404, "is not found for API version v1beta"],
  ] as const;
  for (const [answer, status, words] of ROWS) {
    test(`${answer} with five keys of five projects`, async () => {
      const world = five(answer);
      expect(await once(world)).toMatchObject({ calls: 1, status, retryAfter: null });
      expect((await once(world, { session: "b" })).text).toContain(words);
      expect(world.google.said().length).toBe(2);
      leavesNoTrace(world);
    });
  }

  test("a model that there is none of", async () => {
    const world = five();
    expect(await once(world, { model: "gemini-9-pro" })).toMatchObject({ calls: 1, status: 404 });
    leavesNoTrace(world);
    expect(await world.ask()).toStartWith("200 Hello from");
  });

  test("a body without contents", async () => {
    const world = five();
    expect(await once(world, { body: { contents: [] } })).toMatchObject({ calls: 1, status: 400 });
    leavesNoTrace(world);
  });

  test("a body that is too large for Google's front", async () => {
    let calls = 0;
    const fetch = answeredBy(() => {
      calls++;
      return refusalOf(413, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes.");
    });
    const world = poolWorld({ accounts: poolKeys(FIVE), google: googleWith(FIVE), fetch });
    const told = await once(world);
    expect(told).toMatchObject({ status: 413, text: expect.stringContaining("payload size exceeds") });
    expect(calls).toBe(1);
    leavesNoTrace(world);
  });

  test("something of another project's that the request names", async () => {
    let calls = 0;
    const message = "CachedContent not found (or permission denied)";
    const fetch = answeredBy(() => {
      calls++;
      return refusalOf(403, "PERMISSION_DENIED", message);
    });
    const world = poolWorld({ accounts: poolKeys(FIVE), google: googleWith(FIVE), fetch });
    expect((await once(world)).text).toContain(message);
    expect(calls).toBe(1);
    leavesNoTrace(world);
  });
});

describe("a blocked prompt", () => {
  for (const method of ["streamGenerateContent?alt=sse", "generateContent"]) {
    test(`is one call and said as that: ${method}`, async () => {
      const world = five("prompt-blocked");
      const reply = await world.clock.finish(world.start({ method }));
      if (reply.kind !== "answered") throw new Error(reply.kind);
      expect(await reply.response.text()).toMatch(/"finishReason": ?"SAFETY"/);
      expect(world.google.said().length).toBe(1);
      leavesNoTrace(world);
    });
  }
});

test("the words of a bad request never make opencode repeat it", async () => {
  const message = "Invalid value: 503 is no valid number; please try again later (rate limit)";
  const fetch = answeredBy(() => refusalOf(400, "INVALID_ARGUMENT", message));
  const world = poolWorld({ accounts: poolKeys(FIVE), google: googleWith(FIVE), fetch });
  const { status, text } = await once(world);
  expect(status).toBe(400);
  expect(text).not.toMatch(/try again|rate limit|503/i);
  // What opencode would repeat is only broken up: a person still reads Google's words.
  expect(text.replace(/[^\x20-\x7e]/g, "")).toContain("Invalid value: 503 is no valid number");
});
