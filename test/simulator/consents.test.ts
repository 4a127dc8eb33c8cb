import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { Answer } from "../../src/simulator/answer";
import { createGoogle, type Google } from "../../src/simulator/google";
import type { ConsentRule, Scenario } from "../../src/simulator/scenario";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const CLIENT = { id: "own.apps.example", secret: "own-secret" };
const SEAT = { label: "me", refreshToken: "1//example", project: "p-1", email: "me@work.example", client: CLIENT };
const OTHER = { ...SEAT, label: "you", refreshToken: "1//example-you", email: "you@home.example" };
const VERIFIER = "v".repeat(43);
const REDIRECT = "http://127.0.0.1:53124/oauth2callback";
const EMAIL = "https://www.googleapis.com/auth/userinfo.email";

const google = (consent: ConsentRule = {}): Google => {
  const scenario: Scenario = { accounts: [SEAT, OTHER], oauth: { consent } };
  return createGoogle(scenario, NOW);
};

const asking = (more: Record<string, string> = {}) => ({
  client_id: CLIENT.id,
  redirect_uri: REDIRECT,
  response_type: "code",
  scope: `openid ${EMAIL}`,
  access_type: "offline",
  state: "s-1",
  code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
  code_challenge_method: "S256",
  ...more,
});

function authorize(world: Google, more: Record<string, string> = {}): Answer {
  const target = `/o/oauth2/v2/auth?${new URLSearchParams(asking(more))}`;
  return world.answer({ method: "GET", target, headers: {}, body: "" }, NOW);
}

const back = (answer: Answer) => new URL(answer.headers["location"] ?? "").searchParams;
const codeOf = (answer: Answer) => back(answer).get("code") ?? "";

function post(world: Google, target: string, form: Record<string, string>, at = NOW) {
  const body = new URLSearchParams(form).toString();
  const answer = world.answer({ method: "POST", target, headers: {}, body }, at);
  const text = answer.steps.map((step) => ("send" in step ? step.send : "")).join("");
  return { ...answer, json: JSON.parse(text) };
}

const redeem = (world: Google, code: string, more: Record<string, string> = {}, at = NOW) =>
  post(
    world,
    "/token",
    {
      grant_type: "authorization_code",
      code,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      ...more,
    },
    at,
  );

const refresh = (world: Google, refreshToken: string) =>
  post(world, "/token", {
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
  });

describe("consent", () => {
  test("sends the browser back with the state and a code that brings tokens of that person", () => {
    const world = google();
    const answer = authorize(world, { login_hint: "you@home.example" });
    expect(answer.status).toBe(302);
    expect(back(answer).get("state")).toBe("s-1");
    const { json, account } = redeem(world, codeOf(answer));
    expect(account).toBe("you");
    expect(json).toMatchObject({ expires_in: 3599, token_type: "Bearer", scope: `openid ${EMAIL}` });
    expect(refresh(world, json.refresh_token)).toMatchObject({ status: 200, account: "you" });
    const target = "/oauth2/v2/userinfo";
    const headers = { authorization: `Bearer ${json.access_token}` };
    const { steps } = world.answer({ method: "GET", target, headers, body: "" }, NOW);
    expect(JSON.stringify(steps)).toContain("you@home.example");
  });

  test("a refresh token comes the first time, later only where the person is asked again", () => {
    const world = google();
    const tokenOf = (more: Record<string, string> = {}) =>
      redeem(world, codeOf(authorize(world, more))).json.refresh_token;
    const first = tokenOf();
    expect(first).toBeString();
    expect(tokenOf()).toBeUndefined();
    const again = tokenOf({ prompt: "consent" });
    expect(again).toBeString();
    expect(again).not.toBe(first);
    expect(tokenOf({ prompt: "consent", access_type: "online" })).toBeUndefined();
  });

  test("people may say no, come from another login, or leave boxes empty", () => {
    expect(back(authorize(google({ says: "no" }))).get("error")).toBe("access_denied");
    expect(back(authorize(google({ says: "no" }))).has("code")).toBeFalse();
    expect(back(authorize(google({ says: "wrong-state" }))).get("state")).not.toBe("s-1");
    const world = google({ unticked: [EMAIL], withoutRefreshToken: true });
    const { json } = redeem(world, codeOf(authorize(world)));
    expect(json.scope).toBe("openid");
    expect(json.refresh_token).toBeUndefined();
  });

  for (const [name, more, status] of [
    ["an unknown client", { client_id: "nobody" }, 401],
    ["a redirect elsewhere", { redirect_uri: "https://evil.example/" }, 400],
    ["a redirect that begins like this machine", { redirect_uri: "http://127.0.0.1.evil.example/" }, 400],
    ["another kind of answer", { response_type: "token" }, 400],
    ["no scope", { scope: "" }, 400],
  ] as const)
    test(`${name} is refused on a page, and nobody is sent anywhere`, () => {
      const answer = authorize(google(), more);
      expect(answer.status).toBe(status);
      expect(answer.headers["location"]).toBeUndefined();
    });
});

describe("a code", () => {
  const refusals: readonly (readonly [string, Record<string, string>, number, string])[] = [
    ["with another verifier", { code_verifier: "w".repeat(43) }, 0, "oauth_invalid_grant_bad_request"],
    ["without one", { code_verifier: "" }, 0, "oauth_invalid_grant_bad_request"],
    ["at another port", { redirect_uri: REDIRECT.replace("53124", "1") }, 0, "oauth_redirect_uri_mismatch"],
    ["at localhost", { redirect_uri: REDIRECT.replace("127.0.0.1", "localhost") }, 0, "oauth_redirect_uri_mismatch"],
    ["of another client", { client_id: "nobody" }, 0, "oauth_invalid_client"],
    ["without the secret", { client_secret: "" }, 0, "oauth_invalid_client"],
    ["that is nobody's", { code: "4/0Anobody" }, 0, "oauth_invalid_grant_malformed_code"],
    ["after ten minutes", {}, 600_000, "oauth_invalid_grant_bad_request"],
  ];
  for (const [name, more, laterMs, expected] of refusals)
    test(`${name} brings nothing`, () => {
      const world = google();
      const code = codeOf(authorize(world));
      expect(redeem(world, code, more, NOW + laterMs).name).toBe(expected);
    });

  test("is good once", () => {
    const world = google();
    const code = codeOf(authorize(world));
    expect(redeem(world, code).status).toBe(200);
    expect(redeem(world, code).name).toBe("oauth_invalid_grant_bad_request");
  });

  test("brings tokens that end with the login", () => {
    const world = google();
    const { json } = redeem(world, codeOf(authorize(world)));
    expect(post(world, "/revoke", { token: json.access_token }).status).toBe(200);
    expect(refresh(world, json.refresh_token).name).toBe("oauth_invalid_grant_revoked");
    const { json: fresh } = redeem(world, codeOf(authorize(world, { prompt: "consent" })));
    expect(refresh(world, fresh.refresh_token).status).toBe(200);
  });
});
