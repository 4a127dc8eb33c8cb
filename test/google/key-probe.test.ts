import { describe, expect, test } from "bun:test";
import { createKeyProbe } from "../../src/google/key-probe";
import { USER_AGENT } from "../../src/google/user-agent";
import type { Fetch } from "../../src/ports/world";
import { error, info, PLAIN } from "../fixture/google-refusals-parts";

const KEY = "AQ.example-key_0123456789";

function probing(answer: () => Response) {
  const calls: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    calls.push({ url, init });
    return answer();
  };
  return { calls, fetch, probe: createKeyProbe({ fetch, geminiApi: "https://google.example" }) };
}

describe("createKeyProbe", () => {
  test("a key that lists models is valid; it travels in a header and never in the address", async () => {
    const { calls, probe } = probing(() => Response.json({ models: [{ name: "models/example" }] }));
    expect(await probe.probe(KEY)).toEqual({ kind: "valid" });
    expect(calls.length).toBe(1);
    expect(calls[0]?.url).toBe("https://google.example/v1beta/models?pageSize=1");
    expect(calls[0]?.init).toMatchObject({
      method: "GET",
      headers: { "x-goog-api-key": KEY, "user-agent": USER_AGENT },
    });
  });

  test("a refused key says why", async () => {
    const body = error(400, "INVALID_ARGUMENT", "API key not valid.", info("API_KEY_INVALID", PLAIN));
    const { probe } = probing(() => Response.json(body, { status: 400 }));
    expect(await probe.probe(KEY)).toMatchObject({
      kind: "refused",
      outcome: { kind: "parked", state: "key-invalid" },
    });
  });

  test("a busy Google says nothing about the key", async () => {
    const { probe } = probing(() => new Response("<html>", { status: 502 }));
    expect(await probe.probe(KEY)).toMatchObject({ kind: "refused", outcome: { kind: "transient", cause: "server" } });
  });

  test("a dead network and the login page of a hotel are the network's", async () => {
    const dead = probing(() => {
      throw new TypeError("refused");
    });
    expect(await dead.probe.probe(KEY)).toMatchObject({ outcome: { kind: "transient", cause: "network" } });
    const hotel = probing(() => new Response("<html>Room number?</html>"));
    expect(await hotel.probe.probe(KEY)).toMatchObject({ outcome: { kind: "transient", cause: "network" } });
  });

  test("what no header can carry is refused without a call", async () => {
    const { calls, probe } = probing(() => Response.json({}));
    for (const text of ["", "two words", "line\nbreak", "schlüssel", "\u0000"]) {
      expect(await probe.probe(text)).toMatchObject({
        kind: "refused",
        outcome: { kind: "parked", state: "key-invalid" },
      });
    }
    expect(calls.length).toBe(0);
  });

  test("an abort is reported as one", async () => {
    const { probe } = probing(() => Response.json({}));
    expect(await probe.probe(KEY, AbortSignal.abort())).toEqual({ kind: "refused", outcome: { kind: "aborted" } });
  });
});

describe("createKeyProbe for Vertex AI", () => {
  test("counts the tokens of two letters in express mode, and lists nothing", async () => {
    const { calls, probe } = probing(() => Response.json({ totalTokens: 1 }));
    expect(await probe.probe(KEY, { backend: "vertex" })).toEqual({ kind: "valid" });
    expect(calls.length).toBe(1);
    expect(calls[0]?.url).toMatch(
      /^https:\/\/aiplatform\.googleapis\.com\/v1beta1\/publishers\/google\/models\/gemini-[\w.-]+:countTokens$/,
    );
    expect(calls[0]?.init).toMatchObject({
      method: "POST",
      headers: { "x-goog-api-key": KEY, "user-agent": USER_AGENT, "content-type": "application/json" },
      body: '{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}',
    });
  });

  test("asks where the user's own address is, with or without a version", async () => {
    for (const vertex of ["https://own.example", "https://own.example/v1beta1/"]) {
      const { calls, fetch } = probing(() => Response.json({}));
      await createKeyProbe({ fetch, geminiApi: "https://google.example", vertex }).probe(KEY, { backend: "vertex" });
      expect(calls[0]?.url).toStartWith("https://own.example/v1beta1/publishers/");
    }
  });

  test("says of a key of the Gemini API that it is for another service", async () => {
    const body = error(401, "UNAUTHENTICATED", "API keys are not supported by this API.");
    const { probe } = probing(() => Response.json(body, { status: 401 }));
    expect(await probe.probe(KEY, { backend: "vertex" })).toMatchObject({
      kind: "refused",
      fault: "wrong-service",
      outcome: { kind: "parked", state: "key-invalid" },
    });
  });

  test("is given up like the other", async () => {
    const { probe } = probing(() => Response.json({}));
    expect(await probe.probe(KEY, { backend: "vertex", signal: AbortSignal.abort() })).toEqual({
      kind: "refused",
      outcome: { kind: "aborted" },
    });
  });
});
