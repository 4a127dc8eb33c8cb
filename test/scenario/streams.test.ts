import { describe, expect, test } from "bun:test";
import type { Reply } from "../../src/pool/reply";
import type { Fetch } from "../../src/ports/world";
import type { FaultRule, ReplyRule } from "../../src/simulator/scenario";
import * as f from "../fixture/streams";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, textOf, type World } from "../support/pool-world";
import { always, callsTo, cooling } from "./parts";

/** What opencode gets, and the error its reader runs into. */
async function read(reply: Reply): Promise<{ text: string; error: string }> {
  if (reply.kind !== "answered") throw new Error(`not answered: ${JSON.stringify(reply)}`);
  const decoder = new TextDecoder();
  let text = "";
  try {
    const reader = reply.response.body?.getReader();
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
      text += decoder.decode(chunk.value, { stream: true });
    }
    return { text, error: "" };
  } catch (error) {
    return { text, error: error instanceof Error ? error.message : "odd" };
  }
}
const answer = async (world: World, session = "ses-1") => read(await world.clock.finish(world.start({ session })));
/** opencode repeats what says this. */
const RETRIED = /network[-_\s]error/i;

interface Event {
  readonly candidates: readonly { readonly content: { readonly parts: readonly { readonly text?: string }[] } }[];
}

function cutAfter(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let isSent = false;
  return new ReadableStream({
    pull(controller) {
      if (isSent) return controller.error(Object.assign(new Error("cut"), { code: "ECONNRESET" }));
      isSent = true;
      controller.enqueue(bytes);
    },
  });
}

function byteByByte(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at === bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, ++at));
    },
  });
}

const two = (fault: FaultRule) =>
  poolWorld({ accounts: [key("one"), key("two", { priority: 1 })], google: { ...GOOGLE, faults: [fault] } });

describe("an error inside a 200 stream", () => {
  test("before any output: the other account answers and nobody sees it", async () => {
    for (const error of ["gl_429_free_rpd", "gl_403_key_leaked", "gl_503_high_demand"]) {
      const world = two(always("one", "error-first", { error }));
      const { text, error: broken } = await answer(world);
      expect([textOf(text), broken]).toEqual(["Hello from two (call 1).", ""]);
      expect(callsTo(world, "one").length).toBe(1);
    }
  });

  test("before any output counts as the refusal it is", async () => {
    const world = two(always("one", "error-first", { error: "gl_429_free_rpm", retryDelaySeconds: 50 }));
    await answer(world);
    expect(cooling(world)).toEqual({ "quota:gemini-api/of-one:gemini-2.5-pro": "rate-limit 50 s" });
  });

  test("after visible output: nothing is switched in silence, the host repeats, and its repeat goes elsewhere", async () => {
    const world = two(always("one", "mid-error", { error: "gl_429_free_rpd" }));
    const { text, error } = await answer(world);
    expect(textOf(text)).toBe("Hello from o");
    expect(error).toMatch(RETRIED);
    expect([callsTo(world, "one").length, callsTo(world, "two").length]).toEqual([1, 0]);
    expect(textOf((await answer(world)).text)).toBe("Hello from two (call 1).");
    expect(callsTo(world, "one").length).toBe(1);
  });
});

describe("a stream that breaks", () => {
  test("without a finish after output: the host repeats, and nobody rests for it", async () => {
    const world = two({ on: { account: "one" }, calls: [1], answer: "no-finish" });
    const { text, error } = await answer(world);
    expect(textOf(text)).toBe("Hello from one (call 1).");
    expect(error).toMatch(RETRIED);
    expect(cooling(world)).toEqual({});
    expect(textOf((await answer(world)).text)).toStartWith("Hello from one");
  });

  test("cut after output: the same", async () => {
    const half = new TextEncoder().encode(f.geminiStream(f.says("Hel")));
    const world: World = poolWorld({
      accounts: [key("one"), key("two", { priority: 1 })],
      google: GOOGLE,
      fetch: (inner) => async (url, init) => {
        const whole = await inner(url, init);
        return world.google.said().length > 1 ? whole : new Response(cutAfter(half), whole);
      },
    });
    const { text, error } = await answer(world);
    expect(textOf(text)).toBe("Hel");
    expect(error).toMatch(RETRIED);
    expect([callsTo(world, "one").length, callsTo(world, "two").length]).toEqual([1, 0]);
    expect(textOf((await answer(world)).text)).toStartWith("Hello from one");
  });

  for (const breaks of ["no-finish", "mid-error"])
    test(`each time (${breaks}): the host's third try goes to the other account, and the conversation stays there`, async () => {
      const world = two(always("one", breaks));
      const said = [];
      for (let turn = 0; turn < 4; turn++) said.push((await answer(world)).error === "");
      expect(said).toEqual([false, false, true, true]);
      expect([callsTo(world, "one").length, callsTo(world, "two").length]).toEqual([2, 2]);
      expect(cooling(world)).toEqual({});
    });

  test("once now and then: a good answer in between makes it a new beginning", async () => {
    const world = two({ on: { account: "one" }, calls: [1, 3, 5], answer: "no-finish" });
    for (let turn = 0; turn < 6; turn++) await answer(world);
    expect([callsTo(world, "one").length, callsTo(world, "two").length]).toEqual([6, 0]);
  });

  test("empty twice on one account: the other answers", async () => {
    for (const empty of ["empty", "sse_empty_no_finish", "other-empty", "metadata-only"]) {
      const world = two(always("one", empty));
      const by = empty === "metadata-only" ? "one" : "two";
      expect(textOf((await answer(world)).text)).toBe(`Hello from ${by} (call 1).`);
      expect(callsTo(world, "one").length).toBe(by === "one" ? 1 : 2);
    }
  });

  test("a page of a hotel's network in place of a stream is nobody's answer", async () => {
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults: [{ answer: "html" }] } });
    expect((await world.clock.finish(world.start())).kind).toBe("refused");
    expect(world.google.said().length).toBeLessThanOrEqual(6);
    expect(world.state.current().parked.size).toBe(0);
  });
});

describe("a stream in an odd form", () => {
  const SPOKEN = "Zürich liegt am See 🏔\u2028und „so“.";
  const replies: ReplyRule[] = [{ parts: [{ text: SPOKEN }], events: 3 }];
  const spokenIn = (text: string) =>
    (f.seenByHost(text) as Event[])
      .flatMap(({ candidates }) => candidates[0]?.content.parts ?? [])
      .map((part) => part.text);

  for (const account of ["one", "seat"]) {
    const accounts = account === "one" ? [key("one")] : [seat()];
    for (const form of ["multi-line", "unterminated"]) {
      test(`${form}, from ${account}: every character arrives once`, async () => {
        const world = poolWorld({ accounts, google: { ...GOOGLE, replies, faults: [always(account, form)] } });
        const { text, error } = await answer(world);
        expect(error).toBe("");
        expect(spokenIn(text).join("")).toBe(SPOKEN);
        expect(world.google.said().length).toBe(1);
      });
    }

    test(`cut into single bytes, also within a character and a line's end, from ${account}`, async () => {
      const fetch =
        (inner: Fetch): Fetch =>
        async (url, init) => {
          const whole = await inner(url, init);
          return url.includes("stream")
            ? new Response(byteByByte(new Uint8Array(await whole.arrayBuffer())), whole)
            : whole;
        };
      const world = poolWorld({ accounts, google: { ...GOOGLE, replies }, fetch });
      const { text, error } = await answer(world);
      expect(error).toBe("");
      expect(spokenIn(text).join("")).toBe(SPOKEN);
    });
  }

  test("a tool call whose arguments speak of errors and finishes is a tool call", async () => {
    const args = {
      error: { code: 429, status: "RESOURCE_EXHAUSTED" },
      finishReason: "SAFETY",
      usageMetadata: { promptTokenCount: 9 },
    };
    const calls: ReplyRule[] = [
      { parts: [{ functionCall: { name: "write", args } }], usage: { promptTokenCount: 41 } },
    ];
    for (const accounts of [[key("one"), key("two")], [seat()]]) {
      const world = poolWorld({ accounts, google: { ...GOOGLE, replies: calls } });
      const { text, error } = await answer(world);
      expect(error).toBe("");
      expect(text).toMatch(/"finishReason": ?"STOP"/);
      const event = f.seenByHost(text)[0] as { candidates: { content: { parts: { functionCall: object }[] } }[] };
      expect(event.candidates[0]?.content.parts[0]?.functionCall).toEqual({ name: "write", args });
      expect(world.google.said().length).toBe(1);
      expect(cooling(world)).toEqual({});
      await world.clock.advance(0);
      const usage = world.state.usage(world.clock.now()).get(accounts[0]?.account.id ?? "");
      expect(usage?.today).toMatchObject({ requests: 1, ok: 1, inputTokens: 41 });
    }
  });
});

test("of a long answer nothing is taken before somebody reads", async () => {
  let pulls = 0;
  const event = new TextEncoder().encode(f.geminiStream(f.says("word ".repeat(200))));
  const endless = () =>
    new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulls++;
          controller.enqueue(event);
        },
      },
      { highWaterMark: 0 },
    );
  const world = poolWorld({
    accounts: [key("one")],
    google: GOOGLE,
    fetch: () => async () => new Response(endless(), { headers: { "content-type": "text/event-stream" } }),
  });
  const reply = await world.clock.finish(world.start());
  if (reply.kind !== "answered") throw new Error(reply.kind);
  await world.clock.advance(60_000);
  expect(pulls).toBeLessThanOrEqual(2);
  const reader = reply.response.body?.getReader();
  for (let chunk = 0; chunk < 10; chunk++) await reader?.read();
  expect(pulls).toBeLessThanOrEqual(12);
  await reader?.cancel();
});
