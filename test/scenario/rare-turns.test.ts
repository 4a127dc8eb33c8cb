import { describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { nextPacificMidnight } from "../../src/core/quota/pacific";
import { emptyRecord } from "../../src/core/quota/record";
import { contenderOf } from "../../src/core/rotation/contender";
import { createMemoryState } from "../../src/storage/memory-state";
import { NOW } from "../support/builders";
import { type FakeClock, fakeClock } from "../support/fake-clock";
import { googleFetch } from "../support/google-fetch";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, type World } from "../support/pool-world";
import { answeredBy, callsTo, HOUR, MINUTE, refusalOf, SECOND, shown } from "./parts";

const retryIn = (seconds: number) => ({
  "@type": "type.googleapis.com/google.rpc.RetryInfo",
  retryDelay: `${seconds}s`,
});
const limit = (quotaId: string) => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: [{ quotaId, quotaMetric: "generativelanguage.googleapis.com/requests", quotaValue: "20" }],
});
const PER_MINUTE = limit("GenerateRequestsPerMinutePerProjectPerModel-FreeTier");
const PER_DAY = limit("GenerateRequestsPerDayPerProjectPerModel-FreeTier");
const exhausted = (...details: readonly object[]) => refusalOf(429, "RESOURCE_EXHAUSTED", "quota", details);

/** A world whose first call is answered so, on a clock that can be set. */
function onClockWith(
  first: () => Response,
  { startsAt, latencyMs = 0 }: { startsAt?: number; latencyMs?: number } = {},
) {
  const inner = fakeClock(startsAt);
  let offset = 0;
  const clock = { ...inner, now: () => inner.now() + offset } as FakeClock;
  let count = 0;
  const world = poolWorld({
    accounts: [key("one")],
    google: GOOGLE,
    latencyMs,
    fetch: answeredBy(() => (count++ === 0 ? first() : undefined)),
    after: { clock, google: googleFetch(GOOGLE, clock.now), state: createMemoryState(clock) },
  });
  const set = (ms: number) => {
    offset += ms;
  };
  return { world, inner, clock, set };
}

describe("a time that Google states", () => {
  test("and that is over already says nothing: the pauses grow as without one, and the host is told when", async () => {
    const faults = [
      {
        on: { account: "seat", path: "generate" as const },
        answer: "ca_429_rate_limit_exceeded_no_retryinfo",
        with: { resetDelaySeconds: 0 },
      },
    ];
    const world = poolWorld({ accounts: [seat()], google: { ...GOOGLE, faults } });
    const told = [];
    for (let turn = 0; turn < 3; turn++) {
      const { status, retryAfterMs = 0 } = await shown(world, await world.start());
      told.push([status, retryAfterMs]);
      await world.clock.advance(retryAfterMs);
    }
    expect(told).toEqual([
      [429, 10_000],
      [429, 30_000],
      [429, 60_000],
    ]);
  });

  test("and that is over already invites to one more try at once", async () => {
    const { world } = onClockWith(() => exhausted(PER_MINUTE, retryIn(0)), { latencyMs: 200 });
    expect(await world.ask()).toStartWith("200 Hello from one");
  });

  test("a refusal for the day that arrives after midnight is about the day before: the new one is not lost", async () => {
    const midnight = nextPacificMidnight(Date.UTC(2026, 10, 20, 12));
    const { world } = onClockWith(() => exhausted(PER_DAY), { startsAt: midnight - 200, latencyMs: 400 });
    expect(await world.ask()).toStartWith("200 Hello from one");
    expect(await world.ask({ session: "b" })).toStartWith("200 Hello from one");
  });
});

describe("a clock that is set back", () => {
  test("by an hour while a stated second is sat out does not make it an hour", async () => {
    const { world, inner, set } = onClockWith(() => exhausted(PER_MINUTE, retryIn(1)));
    let kind: string | undefined;
    void world.start().then((reply) => {
      kind = reply.kind;
    });
    await inner.advance(500);
    set(-HOUR);
    await inner.advance(MINUTE);
    expect(kind).toBe("answered");
  });

  test("by a day: a pause lasts as long as it was to last, not until that day has come", async () => {
    const { world, inner, set } = onClockWith(() => exhausted(PER_MINUTE, retryIn(30)));
    expect(await world.ask()).toStartWith("refused limited");
    set(-24 * HOUR);
    expect(await world.ask()).toStartWith("refused limited");
    await inner.advance(30 * SECOND);
    expect(await world.ask()).toStartWith("200 Hello from one");
  });

  test("by hours: what was parked before still comes back with a new key", async () => {
    const invalid = () =>
      refusalOf(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", [
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID", domain: "googleapis.com" },
      ]);
    const { world, set } = onClockWith(invalid);
    expect(await world.ask()).toBe("refused person");
    set(-2 * HOUR);
    world.store.set([{ account: key("one").account, credential: key("two").credential }]);
    expect(await world.ask()).toStartWith("200 Hello from two");
  });
});

describe("a login that is parked", () => {
  const banned = () =>
    refusalOf(
      403,
      "PERMISSION_DENIED",
      "This service has been disabled in this account for violation of Terms of Service.",
      [
        {
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "TOS_VIOLATION",
          domain: "cloudcode-pa.googleapis.com",
        },
      ],
    );
  /** A seat that is banned at its first call, beside a key. `answer`: what the token endpoint says. */
  function aBannedSeat(credential: object, rotatesTo?: string) {
    const counts = { tokens: 0, calls: 0 };
    const { account, credential: own } = seat();
    const world = poolWorld({
      accounts: [{ account, credential: { ...own, ...credential } as typeof own }, key("one", { priority: 1 })],
      google: GOOGLE,
      fetch: answeredBy(({ url }) => {
        if (url.endsWith("/token")) {
          counts.tokens += 1;
          const rotated = rotatesTo === undefined ? {} : { refresh_token: rotatesTo };
          return Response.json({ access_token: "ya29.fresh", expires_in: 3_599, token_type: "Bearer", ...rotated });
        }
        if (!url.includes("v1internal:stream")) return undefined;
        counts.calls += 1;
        return banned();
      }),
    });
    return { world, counts };
  }

  test("is not renewed in the background any more", async () => {
    const { world, counts } = aBannedSeat({ accessToken: "ya29.valid", expiresAt: NOW + HOUR });
    expect(await world.ask()).toBe("refused banned");
    await world.clock.advance(55 * MINUTE);
    expect(counts).toEqual({ tokens: 0, calls: 1 });
  });

  test("stays so though Google gave another refresh token just before: that is the same login", async () => {
    const { world, counts } = aBannedSeat({ accessToken: "ya29.old", expiresAt: NOW - 1 }, "1//example-rotated");
    expect(await world.ask()).toBe("refused banned");
    expect(world.store.current().entries[0]?.credential).toMatchObject({ refreshToken: "1//example-rotated" });
    expect(world.state.current().parked.get("s-seat")?.state).toBe("banned");
    for (const session of ["b", "c"]) expect(await world.ask({ session })).toStartWith("200 Hello from one");
    expect(counts).toEqual({ tokens: 1, calls: 1 });
  });

  test("comes back with a login of its person's own", async () => {
    const { world, counts } = aBannedSeat({ accessToken: "ya29.old", expiresAt: NOW - 1 }, "1//example-rotated");
    await world.ask();
    const [entry] = world.store.current().entries;
    if (entry?.credential.kind !== "oauth") throw new Error("no login");
    // By hand in the file: everything else stays as it stands.
    world.store.set([{ ...entry, credential: { ...entry.credential, refreshToken: "1//example-new" } }]);
    await world.ask({ session: "b" });
    expect(counts.calls).toBe(2);
  });
});

describe("a request", () => {
  test("that is given up while its token is fetched has used up nothing", async () => {
    const world = poolWorld({ accounts: [seat()], google: GOOGLE, tokenLatencyMs: 1_000 });
    const { place } = contenderOf(seat().account, "gemini-2.5-pro");
    const learnt = { value: 1, observedAt: world.clock.now(), source: "refusal" as const };
    const record = { ...emptyRecord(place, "requests", "minute"), limit: learnt, updatedAt: world.clock.now() };
    world.state.apply([{ type: "quota.learnt", record }]);
    const controller = new AbortController();
    const given = world.start({ signal: controller.signal }).catch(() => "aborted");
    await world.clock.advance(100);
    controller.abort();
    expect(await given).toBe("aborted");
    await world.clock.advance(2_000);
    expect(await world.ask({ session: "b" })).toStartWith("200 Hello from seat");
  });

  test("does not ask its account once more where another one has been refused there meanwhile", async () => {
    let count = 0;
    const world = poolWorld({
      accounts: [key("one"), key("two", { priority: 1 })],
      google: GOOGLE,
      random: 0.999,
      fetch: answeredBy(({ key: used }) => {
        if (!used?.endsWith("one")) return undefined;
        count += 1;
        return count === 1
          ? refusalOf(500, "INTERNAL", "An internal error has occurred.")
          : exhausted(PER_DAY, retryIn(14_400));
      }),
    });
    const first = world.ask({ session: "a" });
    await world.clock.advance(100);
    const second = world.ask({ session: "b" });
    for (const answer of await world.clock.finish(Promise.all([first, second])))
      expect(answer).toStartWith("200 Hello from two");
    expect(count).toBe(2);
  });

  test("that follows an answer of eleven minutes finds its conversation warm", async () => {
    const world: World = poolWorld({
      accounts: [key("one"), key("two", { priority: 1 })],
      google: GOOGLE,
      fetch: answeredBy(() => {
        const call = world.google.calls.length + answered++;
        if (call === 0) return exhausted(PER_MINUTE, retryIn(60));
        return call === 1 ? slowly(12, world) : undefined;
      }),
    });
    let answered = 0;
    expect(await world.ask()).toStartWith("200");
    expect([...world.state.current().bindings.values()][0]?.accountId).toBe("k-two");
    await world.clock.advance(SECOND);
    expect(await world.ask()).toStartWith("200 Hello from two");
    expect(callsTo(world, "one").length).toBe(0);
  });

  test("of another kind leaves nothing behind on the host's signal, and holds its account until its body ends", async () => {
    const world = poolWorld({
      accounts: [key("one")],
      google: GOOGLE,
      fetch: answeredBy(() => Response.json({ models: [] })),
    });
    const { signal } = new AbortController();
    const asked = { path: "/models", method: "GET", headers: new Headers(), body: undefined, signal };
    for (let turn = 0; turn < 5; turn++) {
      const reply = await world.dispatch(asked);
      if (reply.kind !== "answered") throw new Error(reply.kind);
      expect(world.pool.inFlight("k-one")).toBe(1);
      expect(await reply.response.json()).toEqual({ models: [] });
      expect(world.pool.inFlight("k-one")).toBe(0);
    }
    const given = await world.dispatch(asked);
    if (given.kind === "answered") await given.response.body?.cancel();
    expect(world.pool.inFlight("k-one")).toBe(0);
    const unread = await world.dispatch({ ...asked, signal: undefined });
    expect([unread.kind, world.pool.inFlight("k-one")]).toEqual(["answered", 1]);
    await world.clock.advance(10 * MINUTE);
    expect(world.pool.inFlight("k-one")).toBe(0);
    expect(getEventListeners(signal as never, "abort").length).toBe(0);
  });
});

/** An answer with a piece each minute. */
function slowly(pieces: number, { clock }: World): Response {
  let count = 0;
  const piece = (text: string, isLast: boolean) => {
    const content = { role: "model", parts: [{ text }] };
    const candidate = { content, ...(isLast ? { finishReason: "STOP" } : {}) };
    return new TextEncoder().encode(`data: ${JSON.stringify({ candidates: [candidate] })}\r\n\r\n`);
  };
  const source = {
    async pull(controller: ReadableStreamDefaultController<Uint8Array>) {
      if (count === pieces) return controller.close();
      if (count > 0) await clock.sleep(MINUTE);
      count += 1;
      controller.enqueue(piece(`${count} `, count === pieces));
    },
  };
  const stream = new ReadableStream(source, { highWaterMark: 0 });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
}
