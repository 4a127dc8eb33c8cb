import { describe, expect, test } from "bun:test";
import type { OAuthCredential } from "../../src/core/credential";
import { createOAuthRefresher } from "../../src/google/oauth";
import { USER_AGENT } from "../../src/google/user-agent";
import type { Fetch } from "../../src/ports/world";

const URL_OF_TOKENS = "https://oauth.example/token";

const LOGIN: OAuthCredential = {
  kind: "oauth",
  refreshToken: "1//example-refresh",
  client: { id: "example.apps.example", secret: "example-secret" },
  generation: 1,
};

function refreshing(answer: (init: RequestInit) => Response | Promise<Response>) {
  const calls: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    calls.push({ url, init });
    return answer(init);
  };
  return { calls, refresher: createOAuthRefresher({ fetch, tokenUrl: URL_OF_TOKENS }) };
}

const refused = (status: number, body: object) => refreshing(() => Response.json(body, { status }));

describe("createOAuthRefresher", () => {
  test("exchanges the refresh token in one call, as a form, under our own name", async () => {
    const { calls, refresher } = refreshing(() =>
      Response.json({ access_token: "ya29.example", expires_in: 3599, token_type: "Bearer" }),
    );
    expect(await refresher.refresh(LOGIN)).toEqual({
      kind: "refreshed",
      accessToken: "ya29.example",
      lifetimeMs: 3_599_000,
    });
    expect(calls.map((call) => call.url)).toEqual([URL_OF_TOKENS]);
    expect(calls[0]?.init.method).toBe("POST");
    expect(calls[0]?.init.headers).toEqual({
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": USER_AGENT,
    });
    expect(Object.fromEntries(new URLSearchParams(String(calls[0]?.init.body)))).toEqual({
      refresh_token: "1//example-refresh",
      client_id: "example.apps.example",
      client_secret: "example-secret",
      grant_type: "refresh_token",
    });
  });

  test("a client without a secret sends none", async () => {
    const { calls, refresher } = refreshing(() => Response.json({ access_token: "a", expires_in: 1 }));
    await refresher.refresh({ ...LOGIN, client: { id: "example" } });
    expect(String(calls[0]?.init.body)).not.toContain("client_secret");
  });

  test("no lifetime counts as expired; a token in writing and a broken one are read as they are", async () => {
    const lifetime = async (expires_in?: unknown) => {
      const { refresher } = refreshing(() => Response.json({ access_token: "a", expires_in }));
      return refresher.refresh(LOGIN);
    };
    expect(await lifetime()).toMatchObject({ lifetimeMs: 0 });
    expect(await lifetime("3599")).toMatchObject({ lifetimeMs: 3_599_000 });
    expect(await lifetime(-5)).toMatchObject({ lifetimeMs: 0 });
    expect(await lifetime("soon")).toMatchObject({ lifetimeMs: 0 });
  });

  test("hands on a refresh token only where Google gave another one", async () => {
    const answer = async (refresh_token: string) => {
      const { refresher } = refreshing(() => Response.json({ access_token: "a", expires_in: 1, refresh_token }));
      return refresher.refresh(LOGIN);
    };
    expect(await answer("1//example-new")).toMatchObject({ refreshToken: "1//example-new" });
    expect(await answer("1//example-refresh")).not.toHaveProperty("refreshToken");
  });

  test("a login that is over is parked, after one call", async () => {
    const { calls, refresher } = refused(400, {
      error: "invalid_grant",
      error_description: "Token has been expired or revoked.",
    });
    expect(await refresher.refresh(LOGIN)).toMatchObject({
      kind: "failed",
      outcome: { kind: "parked", state: "needs-login", status: 400 },
    });
    expect(calls.length).toBe(1);
  });

  test("the organisation's wish to sign in again is told as such", async () => {
    const { refresher } = refused(400, {
      error: "invalid_grant",
      error_description: "reauth related error (invalid_rapt)",
      error_subtype: "invalid_rapt",
    });
    const result = await refresher.refresh(LOGIN);
    expect(result).toMatchObject({ outcome: { kind: "parked", state: "needs-login" } });
    expect(JSON.stringify(result)).toContain("organisation");
  });

  test("a wrong client is this machine's and names the client", async () => {
    const { refresher } = refused(401, { error: "invalid_client", error_description: "Unauthorized" });
    const result = await refresher.refresh(LOGIN);
    expect(result).toMatchObject({ outcome: { kind: "machine", status: 401 } });
    expect(JSON.stringify(result)).toContain("OAuth client");
  });

  test("a failing endpoint is asked once and marks nobody", async () => {
    for (const status of [408, 429, 500, 503]) {
      const { calls, refresher } = refused(status, { error: "internal_failure" });
      expect(await refresher.refresh(LOGIN)).toMatchObject({ outcome: { kind: "transient", cause: "server", status } });
      expect(calls.length).toBe(1);
    }
  });

  test("a dead network is asked once", async () => {
    const { calls, refresher } = refreshing(() => Promise.reject(new TypeError("refused")));
    expect(await refresher.refresh(LOGIN)).toMatchObject({ outcome: { kind: "transient", cause: "network" } });
    expect(calls.length).toBe(1);
  });

  test("answers that are no answer are transient: a page, nothing, a redirect", async () => {
    const odd = [
      () => new Response("<html>"),
      () => new Response(""),
      () => new Response(null, { status: 204 }),
      () => new Response("", { status: 302 }),
    ];
    for (const answer of odd) {
      const { calls, refresher } = refreshing(answer);
      expect(await refresher.refresh(LOGIN)).toMatchObject({ kind: "failed", outcome: { kind: "transient" } });
      expect(calls.length).toBe(1);
    }
  });

  test("an abort is reported as one, before and during the call", async () => {
    const before = refreshing(() => Response.json({ access_token: "a" }));
    expect(await before.refresher.refresh(LOGIN, AbortSignal.abort())).toEqual({
      kind: "failed",
      outcome: { kind: "aborted" },
    });
    expect(before.calls.length).toBe(0);
    const stop = new AbortController();
    const during = refreshing((init) => {
      stop.abort();
      throw init.signal?.reason;
    });
    expect(await during.refresher.refresh(LOGIN, stop.signal)).toEqual({
      kind: "failed",
      outcome: { kind: "aborted" },
    });
  });

  test("a login without its client, or without a token, waits for a person and costs no call", async () => {
    const { calls, refresher } = refreshing(() => Response.json({ access_token: "a" }));
    const { client: _, ...ancestor } = LOGIN;
    const result = await refresher.refresh(ancestor);
    expect(result).toMatchObject({ outcome: { kind: "parked", state: "needs-login" } });
    expect(JSON.stringify(result)).toContain("OAuth client");
    expect(await refresher.refresh({ ...LOGIN, refreshToken: "" })).toMatchObject({
      outcome: { state: "needs-login" },
    });
    expect(calls.length).toBe(0);
  });

  test("an address that is none is this machine's", async () => {
    const refresher = createOAuthRefresher({ fetch: async () => new Response(), tokenUrl: "nowhere" });
    expect(await refresher.refresh(LOGIN)).toMatchObject({ outcome: { kind: "machine" } });
  });

  test("no secret shows in what went wrong", async () => {
    const { refresher } = refused(400, {
      error: "odd",
      error_description: "token 1//example-refresh of me@work.example",
    });
    const text = JSON.stringify(await refresher.refresh(LOGIN));
    expect(text).not.toContain("1//example-refresh");
    expect(text).not.toContain("me@work.example");
  });
});
