import { describe, expect, test } from "bun:test";
import { askKey, askSeat, CONTENTS, eventsOf, refresh, textOf } from "./asking";
import { emulators } from "./running";
import type { Scenario } from "./scenario";
import { startEmulator } from "./server";

const WORLD: Scenario = {
  accounts: [
    { label: "side key", key: "AIza-example-1", project: "side" },
    { label: "seat", refreshToken: "1//example", project: "work-1", accessToken: "ya29.example" },
  ],
};

const run = emulators();
const start = (more: Partial<Scenario> = {}, now?: () => number) => run({ ...WORLD, ...more }, now ? { now } : {});

describe("the Gemini API", () => {
  test("streams an answer that names the account, finish and usage last", async () => {
    const { url } = await start();
    const response = await askKey(url);
    const events = eventsOf(await response.text());
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("server")).toBe("scaffolding on HTTPServer2");
    expect(textOf(events)).toBe("Hello from side key (call 1).");
    expect(events.length).toBeGreaterThan(1);
    expect(events.map((event) => JSON.stringify(event).includes('"finishReason":"STOP"'))).toEqual([
      ...Array(events.length - 1).fill(false),
      true,
    ]);
    expect(events.at(-1)?.["usageMetadata"]).toMatchObject({
      promptTokenCount: expect.any(Number),
      candidatesTokenCount: expect.any(Number),
    });
  });

  test("answers in one body, and in an array without alt=sse", async () => {
    const { url } = await start();
    const whole = (await (await askKey(url, { verb: "generateContent" })).json()) as Record<string, unknown>;
    expect(textOf([whole])).toBe("Hello from side key (call 1).");
    const array = (await (await askKey(url, { verb: "streamGenerateContent" })).json()) as Record<string, unknown>[];
    expect(textOf(array)).toBe("Hello from side key (call 2).");
  });

  test("counts tokens and lists models", async () => {
    const { url } = await start({ models: ["gemini-2.5-flash"] });
    expect(await (await askKey(url, { verb: "countTokens" })).json()).toEqual({ totalTokens: expect.any(Number) });
    const list = await fetch(`${url}/v1beta/models`, { headers: { "x-goog-api-key": "AIza-example-1" } });
    expect(await list.json()).toMatchObject({ models: [{ name: "models/gemini-2.5-flash" }] });
    expect((await fetch(`${url}/v1beta/models`, { headers: { "x-goog-api-key": "AIza-example-nobody" } })).status).toBe(
      400,
    );
  });

  test("takes a body in chunks and a body of 3 MB", async () => {
    const { url, log } = await start();
    const text = "ü".repeat(1_500_000);
    const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text }] }] });
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < body.length; at += 500_000)
          controller.enqueue(new TextEncoder().encode(body.slice(at, at + 500_000)));
        controller.close();
      },
    });
    const headers = { "x-goog-api-key": "AIza-example-1" };
    const response = await fetch(`${url}/v1beta/models/gemini-2.5-flash:generateContent`, {
      method: "POST",
      headers,
      body: stream,
    });
    expect(response.status).toBe(200);
    expect(log()[0]?.bodyBytes).toBe(Buffer.byteLength(body));
  });
});

describe("Code Assist", () => {
  test("wraps every event and every body", async () => {
    const { url } = await start();
    const events = eventsOf(await (await askSeat(url)).text());
    expect(events.every((event) => "response" in event && "traceId" in event)).toBe(true);
    expect(textOf(events)).toBe("Hello from seat (call 1).");
    expect(await (await askSeat(url, { verb: "generateContent" })).json()).toHaveProperty("response.candidates");
  });

  test("counts tokens and says what is left", async () => {
    const { url } = await start({ users: { seat: { quotas: [{ model: "pro", rpd: 4, usedToday: 1 }] } } });
    const counted = await askSeat(url, {
      verb: "countTokens",
      outer: { model: undefined, project: undefined, request: { model: "models/gemini-2.5-pro", contents: CONTENTS } },
    });
    expect(await counted.json()).toEqual({ totalTokens: expect.any(Number) });
    const left = (await (await askSeat(url, { verb: "retrieveUserQuota" })).json()) as {
      buckets: { modelId: string; remainingFraction: number }[];
    };
    expect(left.buckets.find(({ modelId }) => modelId === "gemini-2.5-pro")?.remainingFraction).toBe(0.75);
  });
});

describe("the token endpoint", () => {
  test("gives a token that works until it expires, and no refresh token", async () => {
    let now = 1_795_000_000_000;
    const { url } = await start({ oauth: { expiresIn: 60 } }, () => now);
    const body = (await (await refresh(url)).json()) as Record<string, string | number>;
    expect(body).toMatchObject({ expires_in: 60, token_type: "Bearer" });
    expect(body).not.toHaveProperty("refresh_token");
    const token = String(body["access_token"]);
    expect((await askSeat(url, { token })).status).toBe(200);
    now += 60_000;
    expect((await askSeat(url, { token })).status).toBe(401);
  });

  test.each([
    ["another client", { client_id: "someone-else" }, 401, "invalid_client"],
    ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client"],
    ["an unknown refresh token", { refresh_token: "1//nobody" }, 400, "invalid_grant"],
  ])("refuses %s", async (_, more, status, error) => {
    const { url } = await start();
    const response = await refresh(url, more);
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status, body: { error } });
  });

  test("refuses a revoked login, and fails as told", async () => {
    const emulator = await start({ faults: [{ on: { path: "token" }, calls: [2], answer: "oauth_server_error" }] });
    emulator.expire("1//example");
    expect(await (await refresh(emulator.url)).json()).toMatchObject({
      error: "invalid_grant",
      error_description: "Token has been expired or revoked.",
    });
    expect((await refresh(emulator.url)).status).toBe(503);
  });
});

describe("control", () => {
  test("stats and log say who was asked for what, and hold no credential", async () => {
    const { url, stats, log } = await start();
    await (await askKey(url, { headers: { "x-session-id": "ses_1", "user-agent": "tester/1" } })).text();
    await (await askKey(url, { key: "AIza-example-secret-nobody" })).text();
    await fetch(`${url}/v1beta/models?key=AIza-example-1`);
    await (await refresh(url)).text();
    expect(stats()).toMatchObject({
      calls: 4,
      open: 0,
      byPath: { generate: 2, models: 1, token: 1 },
      generate: { "side key": 1, "?": 1 },
      answered: { "side key": 1 },
      refreshes: { seat: 1 },
    });
    expect(log()[0]).toMatchObject({
      number: 1,
      account: "side key",
      model: "gemini-2.5-flash",
      status: 200,
      answer: "ok",
      userAgent: "tester/1",
      ending: "complete",
    });
    expect(log()[0]?.headerNames).toContain("x-session-id");
    expect(log().map(({ answer }) => answer)).toEqual(["ok", "gl_400_api_key_invalid", "gl_403_no_identity", "ok"]);
    const overHttp = await (await fetch(`${url}/__emulator/log`)).text();
    for (const secret of ["AIza", "1//", "ya29", "example-client-secret"]) expect(overHttp).not.toContain(secret);
    expect(await (await fetch(`${url}/__emulator/stats`)).json()).toEqual(stats() as never);
  });

  test("reset gives back quota, faults and tokens; expire ends tokens", async () => {
    const { url } = await start({ projects: { side: { quotas: [{ rpm: 1 }] } } });
    expect([(await askKey(url)).status, (await askKey(url)).status]).toEqual([200, 429]);
    await fetch(`${url}/__emulator/reset`, { method: "POST" });
    expect((await askKey(url)).status).toBe(200);
    await fetch(`${url}/__emulator/expire?name=seat`, { method: "POST" });
    expect((await askSeat(url)).status).toBe(401);
    await fetch(`${url}/__emulator/reset`, { method: "POST" });
    expect((await askSeat(url)).status).toBe(200);
  });

  test("Google's clock can be moved: a day ends, nobody else's time does", async () => {
    const noon = Date.parse("2026-11-20T20:00:00Z");
    const emulator = await start({ projects: { side: { quotas: [{ rpd: 1 }] } } }, () => noon);
    const ask = async () => (await askKey(emulator.url)).status;
    expect([await ask(), await ask()]).toEqual([200, 429]);
    const moved = await fetch(`${emulator.url}/__emulator/clock?advance=90000`, { method: "POST" });
    const { now } = (await moved.json()) as { now: string };
    expect(Date.parse(now)).toBe(noon + 90_000_000);
    expect([await ask(), await ask()]).toEqual([200, 429]);
    emulator.advance(90_000_000);
    expect(await ask()).toBe(200);
    expect(emulator.log().at(-1)?.at).toBe(noon);
    for (const wrong of ["-1", "soon", ""]) {
      expect((await fetch(`${emulator.url}/__emulator/clock?advance=${wrong}`)).status).toBe(400);
    }
  });

  test("it can begin just before midnight in California, and a reset takes it back there", async () => {
    let now = 1_800_000_000_000;
    const at = Date.parse("2026-11-21T07:59:55Z");
    const emulator = await run({ ...WORLD, projects: { side: { quotas: [{ rpd: 1 }] } } }, { now: () => now, at });
    await askKey(emulator.url);
    const refused = JSON.stringify(await (await askKey(emulator.url)).json());
    expect(refused).toContain('"retryDelay":"5s"');
    now += 5_000;
    expect((await askKey(emulator.url)).status).toBe(200);
    emulator.reset();
    const clock = (await (await fetch(`${emulator.url}/__emulator/clock`)).json()) as { now: string };
    expect(Date.parse(clock.now)).toBe(at);
  });

  test("a caller that leaves is noticed", async () => {
    const emulator = await start({ faults: [{ answer: "silent" }] });
    const controller = new AbortController();
    const call = askKey(emulator.url, { signal: controller.signal }).catch((error: Error) => error.name);
    while (emulator.log().length === 0) await Bun.sleep(1);
    controller.abort();
    expect(await call).toBe("AbortError");
    while (emulator.stats().open > 0) await Bun.sleep(1);
    expect(emulator.log()[0]?.ending).toBe("caller-left");
  });

  test("close frees the port although answers hang", async () => {
    const emulator = await startEmulator({ ...WORLD, faults: [{ answer: "stall" }] });
    const hanging = await askKey(emulator.url);
    await emulator.close();
    const port = Number(new URL(emulator.url).port);
    const second = await run(WORLD, { port });
    expect(second.url).toBe(emulator.url);
    await hanging.body?.cancel();
  });
});
