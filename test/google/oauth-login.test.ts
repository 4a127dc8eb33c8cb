import { describe, expect, test } from "bun:test";
import { createOAuthLogin } from "../../src/google/oauth-login";
import type { Fetch } from "../../src/ports/world";

const CLIENT = { id: "own-client.apps.example", secret: "own-client-secret" };
const EXCHANGE = {
  client: CLIENT,
  code: "4/0Aplanted-code",
  redirectUri: "http://127.0.0.1:53124/oauth2callback",
  codeVerifier: "planted-verifier",
};
const TOKENS = { access_token: "ya29.planted", expires_in: 3599, refresh_token: "1//planted", token_type: "Bearer" };

/** A login where `answer` stands for Google. */
function login(answer: (url: string, init: RequestInit) => Response | Promise<Response>) {
  const calls: { url: string; init: RequestInit; form: URLSearchParams }[] = [];
  const fetch: Fetch = async (url, init) => {
    calls.push({ url, init, form: new URLSearchParams(String(init.body ?? "")) });
    return answer(url, init);
  };
  const oauth = createOAuthLogin({
    fetch,
    authorizeUrl: "https://accounts.example/auth?hl=en",
    tokenUrl: "https://oauth.example/token",
    userinfoUrl: "https://api.example/userinfo",
  });
  return { oauth, calls };
}

const refusing = (status: number, body: object | string) =>
  login(() => new Response(typeof body === "string" ? body : JSON.stringify(body), { status }));

describe("the address to open", () => {
  const consent = {
    client: CLIENT,
    scopes: ["a", "b"],
    redirectUri: EXCHANGE.redirectUri,
    state: "the-state",
    codeChallenge: "the-challenge",
  };
  const query = (more: object = {}) =>
    Object.fromEntries(new URL(login(() => new Response()).oauth.authorizeUrl({ ...consent, ...more })).searchParams);

  test("asks for a refresh token each time, with state and PKCE, and holds no secret", () => {
    expect(query()).toEqual({
      hl: "en",
      client_id: CLIENT.id,
      redirect_uri: EXCHANGE.redirectUri,
      response_type: "code",
      scope: "a b",
      access_type: "offline",
      prompt: "consent",
      state: "the-state",
      code_challenge: "the-challenge",
      code_challenge_method: "S256",
    });
  });

  test("offers the person that is expected", () => {
    expect(query({ loginHint: "me@work.example" })).toMatchObject({ login_hint: "me@work.example" });
  });
});

describe("the exchange", () => {
  test("sends everything that Google asks for, to the configured address, once", async () => {
    const { oauth, calls } = login(() => Response.json(TOKENS));
    await oauth.exchange(EXCHANGE);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.url).toBe("https://oauth.example/token");
    expect(Object.fromEntries(calls[0]?.form ?? [])).toEqual({
      grant_type: "authorization_code",
      code: EXCHANGE.code,
      redirect_uri: EXCHANGE.redirectUri,
      code_verifier: EXCHANGE.codeVerifier,
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
    });
    expect(calls[0]?.init.redirect).toBe("manual");
  });

  test("reads tokens, scopes and who it is", async () => {
    const claims = Buffer.from(JSON.stringify({ sub: "1098", email: "me@work.example" })).toString("base64url");
    const answer = { ...TOKENS, scope: "openid  a", id_token: `e30.${claims}.sig` };
    const { oauth } = login(() => Response.json(answer));
    expect(await oauth.exchange(EXCHANGE)).toEqual({
      kind: "granted",
      tokens: {
        accessToken: "ya29.planted",
        lifetimeMs: 3_599_000,
        refreshToken: "1//planted",
        scopes: ["openid", "a"],
        person: { subject: "1098", email: "me@work.example" },
      },
    });
  });

  for (const idToken of ["eyJ.EXAMPLE.sig", "nothing", "", "a.b.c.d", 7])
    test(`takes the tokens whatever the identity is (${JSON.stringify(idToken)})`, async () => {
      const { refresh_token: _, ...rest } = TOKENS;
      const { oauth } = login(() => Response.json({ ...rest, id_token: idToken }));
      expect(await oauth.exchange(EXCHANGE)).toEqual({
        kind: "granted",
        tokens: { accessToken: "ya29.planted", lifetimeMs: 3_599_000, scopes: [] },
      });
    });

  const refusals: readonly (readonly [string, number, object | string, string, RegExp])[] = [
    ["a code that is gone", 400, { error: "invalid_grant", error_description: "Bad Request" }, "rejected", /code/],
    ["a cut code", 400, { error: "invalid_grant", error_description: "Malformed auth code." }, "rejected", /cut/],
    ["a wrong redirect", 400, { error: "redirect_uri_mismatch" }, "machine", /Desktop app/],
    ["a wrong client", 401, { error: "invalid_client", error_description: "Unauthorized" }, "machine", /OAuth client/],
    [
      "a missing secret",
      400,
      { error: "invalid_request", error_description: "client_secret is missing." },
      "machine",
      /secret/,
    ],
    [
      "an organisation's session control",
      400,
      { error: "invalid_grant", error_subtype: "invalid_rapt", error_description: "reauth related error" },
      "parked",
      /organisation/,
    ],
    ["a failing server", 503, { error: "internal_failure" }, "transient", /did not answer as it should/],
    ["a page instead of an answer", 200, "<html>sign in to this network</html>", "transient", /./],
    ["no tokens in the answer", 200, { token_type: "Bearer" }, "transient", /./],
  ];
  for (const [name, status, body, kind, words] of refusals)
    test(`tells ${name}`, async () => {
      const result = await refusing(status, body).oauth.exchange(EXCHANGE);
      expect(result).toMatchObject({ kind: "failed", outcome: { kind, sentence: expect.stringMatching(words) } });
    });

  test("tells whose a code of another address may be, where the code came alone", async () => {
    const { oauth } = refusing(400, { error: "redirect_uri_mismatch" });
    const words = async (more: object) => JSON.stringify(await oauth.exchange({ ...EXCHANGE, ...more }));
    expect(await words({ isBare: true })).toContain("another login");
    expect(await words({})).not.toContain("another login");
  });

  test("a dead network says so; giving up is nobody's failure", async () => {
    const { oauth } = login(() => Promise.reject(new TypeError("connect ECONNREFUSED")));
    expect(await oauth.exchange(EXCHANGE)).toMatchObject({ outcome: { kind: "transient", cause: "network" } });
    expect(await oauth.exchange(EXCHANGE, AbortSignal.abort())).toMatchObject({ outcome: { kind: "aborted" } });
  });

  test("no secret is in any sentence, whatever Google echoes", async () => {
    const echo = "4/0Aplanted-code 1//0planted-refresh ya29.planted-access own-client GOCSPX-planted me@work.example";
    for (const error of ["invalid_grant", "invalid_request", "redirect_uri_mismatch", "new_error", "invalid_client"]) {
      for (const status of [400, 401, 403, 500]) {
        const result = await refusing(status, { error, error_description: echo }).oauth.exchange(EXCHANGE);
        expect(JSON.stringify(result)).not.toMatch(/planted|@work/);
      }
    }
  });
});

describe("who it is", () => {
  const asked = async (status: number, body: object | string) => refusing(status, body).oauth.whoIs("ya29.planted");

  test("by version 2 and 3 of userinfo", async () => {
    const email = "me@work.example";
    expect(await asked(200, { id: "1098", email, verified_email: true })).toEqual({ subject: "1098", email });
    expect(await asked(200, { sub: "1098", email, email_verified: true })).toEqual({ subject: "1098", email });
  });

  test("an address that nobody has proved is nobody's", async () => {
    expect(await asked(200, { id: "1098", email: "you@x.example", verified_email: false })).toEqual({
      subject: "1098",
    });
  });

  test("nothing where Google does not say", async () => {
    for (const status of [401, 403, 500]) expect(await asked(status, { error: "x" })).toBeUndefined();
    expect(await asked(200, "<html>")).toBeUndefined();
    const { oauth } = login(() => Promise.reject(new TypeError("no network")));
    expect(await oauth.whoIs("ya29.planted")).toBeUndefined();
  });

  test("the token goes to the configured address in its header", async () => {
    const { oauth, calls } = login(() => Response.json({ id: "1" }));
    await oauth.whoIs("ya29.planted");
    expect(calls[0]?.url).toBe("https://api.example/userinfo");
    expect(new Headers(calls[0]?.init.headers).get("authorization")).toBe("Bearer ya29.planted");
  });
});
