import { describe, expect, test } from "bun:test";
import type { Fetch } from "../../src/ports/world";
import { GOOGLE, KEYS } from "../support/google-world";
import { key, poolWorld, seat, told } from "../support/pool-world";

const later = (label: "one" | "two") => key(label, { priority: 1 });
const generate = (account: string) => ({ account, path: "generate" as const });

test("an account of a kind that is not built in is passed over", async () => {
  const adc = { account: key("one").account, credential: { kind: "adc" } as const };
  const unserved = { ...adc, account: { ...adc.account, id: "adc", credential: "adc" as const, priority: -1 } };
  const world = poolWorld({ accounts: [unserved, key("one")], google: GOOGLE });
  expect(await world.ask()).toStartWith("200 Hello from one");
});

describe("one account stumbles and the other is out", () => {
  const out = { on: generate("two"), answer: "ca_429_quota_exhausted_5h", with: { resetDelaySeconds: 18_000 } };

  for (const stumble of ["gl_503_overloaded", "gl_500_internal"]) {
    test(`${stumble}: the host comes back soon, not in five hours`, async () => {
      const faults = [{ on: generate("one"), calls: { from: 1, to: 2 }, answer: stumble }, out];
      const world = poolWorld({ accounts: [key("one"), later("two")], google: { ...GOOGLE, faults } });
      expect(await world.ask()).toMatch(/^(200 Hello from one|refused busy until 12:00)/);
      expect(await world.ask({ session: "b" })).toStartWith("200 Hello from one");
    });
  }

  test("really out, both: the first to come back is named", async () => {
    const both = [{ on: generate("one"), answer: "gl_429_free_rpm", with: { retryDelaySeconds: 50 } }, out];
    const world = poolWorld({ accounts: [key("one"), later("two")], google: { ...GOOGLE, faults: both } });
    expect(await world.ask()).toBe("refused limited until 12:00:50");
  });
});

describe("a model that nobody has", () => {
  test("comes back in Google's words, and later as something a person must see to, never as a countdown", async () => {
    const world = poolWorld({ accounts: [seat()], google: GOOGLE });
    expect(await world.ask({ model: "gemini-9-pro" })).toStartWith("rejected 404");
    expect(await world.ask({ model: "gemini-9-pro", session: "b" })).toBe("refused person");
    expect(await world.ask({ session: "c" })).toStartWith("200 Hello from seat");
  });

  test("limit 0 on every key is no countdown either", async () => {
    const world = poolWorld({
      accounts: [key("one"), key("two")],
      google: { ...GOOGLE, faults: [{ answer: "gl_429_free_multi" }] },
    });
    expect(await world.ask()).toStartWith("rejected 429");
    expect(world.google.said().length).toBe(2);
  });
});

describe("long thinking", () => {
  test("is not cut after the head of the stream has come", async () => {
    const slow = poolWorld({
      accounts: [key("one")],
      google: GOOGLE,
      fetch: () => async () => new Response(thinking(150_000), { headers: { "content-type": "text/event-stream" } }),
    });
    /** A first event without anything to show, then silence, then the answer. */
    function thinking(ms: number): ReadableStream<Uint8Array> {
      const event = (data: object) => new TextEncoder().encode(`data: ${JSON.stringify(data)}\r\n\r\n`);
      const candidate = { content: { parts: [{ text: "thought through" }] }, finishReason: "STOP" };
      return new ReadableStream({
        async start(controller) {
          controller.enqueue(event({ usageMetadata: { promptTokenCount: 1 } }));
          await slow.clock.sleep(ms);
          controller.enqueue(event({ candidates: [candidate] }));
          controller.close();
        },
      });
    }
    expect(await slow.ask()).toBe("200 thought through");
  });

  test("a head that never comes is given up after two minutes, reported and not repeated", async () => {
    const world = poolWorld({
      accounts: [key("one"), key("two")],
      google: { ...GOOGLE, faults: [{ answer: "silent" }] },
    });
    expect(await world.ask()).toBe("refused timeout");
    expect(world.google.said().length).toBe(1);
    expect(world.clock.now()).toBeGreaterThanOrEqual(120_000);
  });
});

test("an account that is banned or removed while its request waits is not asked again", async () => {
  const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults: [{ answer: "gl_503_overloaded" }] } });
  const reply = world.start();
  await world.clock.advance(0);
  const before = world.google.calls.length;
  world.store.set([]);
  expect(await world.clock.finish(reply, 60_000)).toMatchObject({ kind: "refused" });
  expect(world.google.calls.length).toBe(before);
});

describe("somebody else's fault sticks to nobody", () => {
  test("bad requests and busy models leave health as it was", async () => {
    const faults = [{ answer: "gl_400_token_overflow" }];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    for (const session of ["a", "b", "c", "d"]) await world.ask({ session });
    expect(world.state.current().health.get("k-one")?.successFraction).toBe(1);
  });

  test("a dead project parks the accounts of that project, not another seat of the same person", async () => {
    const faults = [{ on: generate("seat"), answer: "ca_403_service_disabled" }];
    const other = seat({ id: "s-other", label: "other", project: "another-project", priority: 5 });
    const world = poolWorld({ accounts: [seat(), other, later("one")], google: { ...GOOGLE, faults } });
    await world.ask();
    expect([...world.state.current().parked.keys()]).toEqual(["s-seat"]);
  });

  test("a key refused in the minutes after it was added is not parked at once, whatever the refusal's form", async () => {
    const faults = [{ on: generate("one"), answer: "any_401_unauthenticated" }];
    const fresh = key("one", { addedAt: Date.UTC(2026, 10, 20, 11, 59) });
    const world = poolWorld({ accounts: [fresh, later("two")], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toStartWith("200 Hello from two");
    expect(world.state.current().parked.size).toBe(0);
  });
});

describe("many at once", () => {
  const sessions = Array.from({ length: 20 }, (_, index) => `s${index}`);
  const all = (world: ReturnType<typeof poolWorld>) =>
    world.clock.finish(Promise.all(sessions.map(async (session) => told(await world.start({ session })))), 600_000);

  test("a server that fails for one key: everybody is answered by the other, and the model is not called busy", async () => {
    const world = poolWorld({
      accounts: [key("one"), key("two")],
      google: { ...GOOGLE, faults: [{ on: { account: "one" }, answer: "gl_500_internal" }] },
    });
    for (const said of await all(world)) expect(said).toStartWith("200 Hello from two");
    expect(await world.ask({ session: "late" })).toStartWith("200 Hello from two");
    expect(world.state.current().cooldowns.size).toBe(0);
  });
});

test("a credential that was replaced while its predecessor's call was out does not pay for it", async () => {
  let release: (response: Response) => void = () => {};
  const held = new Promise<Response>((resolve) => {
    release = resolve;
  });
  const body = JSON.stringify({
    error: {
      code: 400,
      status: "INVALID_ARGUMENT",
      message: "API key not valid. Please pass a valid API key.",
      details: [
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID", domain: "googleapis.com" },
      ],
    },
  });
  let first = true;
  const hold =
    (inner: Fetch): Fetch =>
    (url, init) => {
      if (!first) return inner(url, init);
      first = false;
      return held;
    };
  const world = poolWorld({ accounts: [key("one")], google: GOOGLE, fetch: hold });
  const old = world.start({ session: "old" });
  world.store.set([{ ...key("one"), credential: { kind: "api-key", key: KEYS.two } }]);
  release(new Response(body, { status: 400 }));
  await world.clock.finish(old, 60_000);
  expect(world.state.current().parked.size).toBe(0);
  expect(await world.ask({ session: "new" })).toStartWith("200 Hello from two");
});

describe("the time that is told", () => {
  test("is the one the pool keeps, and Google's where Google states one", async () => {
    const world = poolWorld({
      accounts: [key("one")],
      google: { ...GOOGLE, faults: [{ answer: "gl_503_overloaded" }] },
    });
    const waits: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const reply = await world.clock.finish(world.start({ session: `t${turn}` }), 600_000);
      if (reply.kind !== "refused" || reply.refusal.kind !== "busy") throw new Error(reply.kind);
      waits.push(Math.round((reply.refusal.until - world.clock.now()) / 1000));
      await world.clock.advance(reply.refusal.until - world.clock.now());
    }
    expect(waits).toEqual([10, 30, 60]);
  });

  test("of a busy seat and a busy key is that of the first to come back, and both are called busy", async () => {
    const faults = [
      { on: { account: "one" }, answer: "ca_503_model_capacity_exhausted", with: { retryDelaySeconds: 60 } },
      {
        on: { account: "seat", path: "generate" as const },
        answer: "ca_503_model_capacity_exhausted",
        with: { retryDelaySeconds: 20 },
      },
    ];
    const world = poolWorld({ accounts: [key("one"), seat({ priority: 1 })], google: { ...GOOGLE, faults } });
    await world.ask();
    expect(await world.ask({ session: "b" })).toStartWith("refused busy");
  });

  test("of yesterday's busy model is forgotten: one stumble today is retried", async () => {
    const faults = [
      { calls: { from: 1, to: 2 }, answer: "gl_500_internal" },
      { calls: { from: 1, to: 1 }, answer: "gl_500_internal" },
    ];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toStartWith("refused busy");
    await world.clock.advance(12 * 3_600_000);
    expect(await world.ask({ session: "b" })).toStartWith("200 Hello from one");
  });
});

test("a file that breaks while prompts go on is said once, and they go on", async () => {
  const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
  await world.ask();
  const view = { ...world.store.current(), problem: "gemini-auth.json: line 3 has a bad comma" };
  world.store.current = () => view;
  expect(await world.ask({ session: "b" })).toStartWith("200 Hello from one");
  expect(await world.ask({ session: "c" })).toStartWith("200 Hello from one");
  expect(world.events.types().filter((type) => type === "storage.degraded")).toHaveLength(1);
});
