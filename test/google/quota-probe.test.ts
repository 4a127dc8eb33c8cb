import { describe, expect, test } from "bun:test";
import type { Account } from "../../src/core/account";
import { createQuotaProbe } from "../../src/google/quota-probe";
import type { Fetch } from "../../src/ports/world";

const NOW = Date.parse("2026-01-15T12:00:00Z");
const RESET = "2026-01-15T20:00:00Z";

const SEAT: Account = {
  id: "s1",
  label: "seat",
  backend: "code-assist",
  credential: "oauth",
  origin: "file",
  enabled: true,
  priority: 0,
  tags: [],
  addedAt: 0,
  project: "example-project",
};

function probing(answer: () => Response) {
  const calls: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    calls.push({ url, init });
    return answer();
  };
  const probe = createQuotaProbe({ fetch, codeAssist: "https://seat.example", now: () => NOW });
  return {
    calls,
    ask: (account = SEAT, signal?: AbortSignal) =>
      probe.probe(account, { kind: "bearer", token: "example-token" }, signal),
  };
}

const window = (group: string, remainingFraction: number) => ({
  accountId: "s1",
  group,
  remainingFraction,
  resetAt: Date.parse(RESET),
  observedAt: NOW,
  source: "probe",
});

describe("createQuotaProbe", () => {
  test("asks once for the account's project", async () => {
    const { calls, ask } = probing(() => Response.json({ buckets: [] }));
    expect(await ask()).toEqual([]);
    expect(calls.length).toBe(1);
    expect(calls[0]?.url).toBe("https://seat.example/v1internal:retrieveUserQuota");
    expect(calls[0]?.init).toMatchObject({
      method: "POST",
      body: '{"project":"example-project"}',
      headers: { authorization: "Bearer example-token" },
    });
  });

  test("one window per group, the emptiest of its models; a dropped fraction is none left", async () => {
    const buckets = [
      { modelId: "gemini-2.5-pro", remainingFraction: 0.75, resetTime: RESET },
      { modelId: "gemini-3-pro-preview_vertex", remainingFraction: 0.5, resetTime: RESET },
      { modelId: "gemini-2.5-flash", resetTime: RESET },
      { modelId: "gemini-9-example", remainingFraction: 7, resetTime: RESET },
    ];
    const { ask } = probing(() => Response.json({ buckets }));
    expect(await ask()).toEqual([window("pro", 0.5), window("flash", 0), window("gemini-9-example", 1)] as never);
  });

  test("a bucket that makes no sense is left out; one without a time has none", async () => {
    const buckets = [
      { remainingFraction: 1 },
      { modelId: "a", remainingFraction: "lots" },
      null,
      { modelId: "b", remainingFraction: 1, resetTime: "soon" },
    ];
    const { ask } = probing(() => Response.json({ buckets }));
    const [only, ...rest] = await ask();
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ group: "b", remainingFraction: 1 });
    expect(only).not.toHaveProperty("resetAt");
  });

  test("anything odd is an empty list", async () => {
    const odd = [
      () => new Response("<html>"),
      () => Response.json({ buckets: "x" }),
      () => Response.json([]),
      () => Response.json({}, { status: 429 }),
    ];
    for (const answer of odd) expect(await probing(answer).ask()).toEqual([]);
    const dead = probing(() => {
      throw new TypeError("refused");
    });
    expect(await dead.ask()).toEqual([]);
    expect(await dead.ask(SEAT, AbortSignal.abort())).toEqual([]);
  });

  test("other backends have nobody to ask", async () => {
    const { calls, ask } = probing(() => Response.json({}));
    expect(await ask({ ...SEAT, backend: "gemini-api" })).toEqual([]);
    expect(calls.length).toBe(0);
  });
});
