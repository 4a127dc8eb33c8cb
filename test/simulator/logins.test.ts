import { describe, expect, test } from "bun:test";
import { signAssertion } from "../../src/google/assertion";
import type { Answer } from "../../src/simulator/answer";
import { createGoogle, type Google } from "../../src/simulator/google";
import type { Scenario } from "../../src/simulator/scenario";
import { rsaPair, SERVICE_EMAIL, serviceAccount } from "../support/service-account";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const AUDIENCE = "https://oauth2.googleapis.com/token";
const SEAT = { label: "seat", refreshToken: "1//example", project: "work-1", user: "worker" };
const scenario = (more: Partial<Scenario> = {}): Scenario => ({ accounts: [serviceAccount(), SEAT], ...more });

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const post = (target: string, body: string) => ({ method: "POST", target, headers: {}, body });
const get = (target: string, headers: Record<string, string> = {}) => ({ method: "GET", target, headers, body: "" });
const textOf = ({ steps }: Answer) => steps.map((step) => ("send" in step ? step.send : "")).join("");
const bodyOf = (answer: Answer) => JSON.parse(textOf(answer));

const assertion = (more: { now?: number; email?: string; privateKey?: string; audience?: string } = {}) =>
  signAssertion(
    { email: more.email ?? SERVICE_EMAIL, privateKey: more.privateKey ?? rsaPair().privateKey },
    { audience: more.audience ?? AUDIENCE, now: more.now ?? NOW },
  ) ?? "";
const grant = (signed: string) =>
  post("/token", form({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: signed }));
const refresh = post(
  "/token",
  form({
    grant_type: "refresh_token",
    refresh_token: SEAT.refreshToken,
    client_id: "example-client.apps.example",
    client_secret: "example-client-secret",
  }),
);
const userinfo = (google: Google, token: string, now = NOW) =>
  google.answer(get("/oauth2/v2/userinfo", { authorization: `Bearer ${token}` }), now);

describe("a service account's signature", () => {
  test("is exchanged for a token that says whose it is, without a refresh token", () => {
    const google = createGoogle(scenario(), NOW);
    const answer = google.answer(grant(assertion()), NOW);
    expect(answer).toMatchObject({ status: 200, account: "robot", path: "token" });
    expect(Object.keys(bodyOf(answer)).sort()).toEqual(["access_token", "expires_in", "token_type"]);
    expect(bodyOf(userinfo(google, bodyOf(answer).access_token)).email).toBe(SERVICE_EMAIL);
  });

  const refusals: readonly [string, () => string, string][] = [
    ["of a clock two minutes ahead", () => assertion({ now: NOW + 120_000 }), "oauth_invalid_grant_clock"],
    ["that is two hours old", () => assertion({ now: NOW - 7_200_000 }), "oauth_invalid_grant_clock"],
    [
      "of an account that is not there",
      () => assertion({ email: "gone@x.example" }),
      "oauth_invalid_grant_sa_not_found",
    ],
    ["that was changed", () => `${assertion().slice(0, -6)}AAAAAA`, "oauth_invalid_grant_jwt_signature"],
    ["for somebody else", () => assertion({ audience: "https://other.example" }), "oauth_invalid_grant_bad_request"],
    ["that is none", () => "a.b", "oauth_invalid_grant_bad_request"],
  ];
  for (const [name, signed, refusal] of refusals) {
    test(`${name} is refused as ${refusal}`, () => {
      expect(createGoogle(scenario(), NOW).answer(grant(signed()), NOW).name).toBe(refusal);
    });
  }

  test("of a key that was deleted is refused, and Google's time is in the answer", () => {
    const google = createGoogle(scenario(), NOW);
    google.expire(SERVICE_EMAIL);
    const answer = google.answer(grant(assertion()), NOW);
    expect(answer.name).toBe("oauth_invalid_grant_jwt_signature");
    expect(answer.headers["date"]).toBe("Fri, 20 Nov 2026 12:00:00 GMT");
  });
});

describe("the end of a login", () => {
  test("revoking an access token ends it and its refresh token", () => {
    const google = createGoogle(scenario(), NOW);
    const { access_token: token } = bodyOf(google.answer(refresh, NOW));
    expect(userinfo(google, token).status).toBe(200);
    expect(google.answer(post("/revoke", form({ token })), NOW)).toMatchObject({ status: 200, account: "seat" });
    expect(userinfo(google, token).status).toBe(401);
    expect(google.answer(refresh, NOW).name).toBe("oauth_invalid_grant_revoked");
  });

  test("a token that nobody knows is refused", () => {
    const answer = createGoogle(scenario(), NOW).answer(post("/revoke", form({ token: "1//nobody" })), NOW);
    expect({ status: answer.status, error: bodyOf(answer).error }).toEqual({ status: 400, error: "invalid_token" });
  });
});

test("userinfo tells one person from another, and the same person twice as one", () => {
  const twice = { ...SEAT, label: "laptop", refreshToken: "1//two", accessToken: "ya29.two" };
  const other = { ...SEAT, label: "other", refreshToken: "1//three", user: "other", accessToken: "ya29.three" };
  const google = createGoogle({ accounts: [{ ...SEAT, accessToken: "ya29.one" }, twice, other] }, NOW);
  const [one, two, three] = ["one", "two", "three"].map((name) => bodyOf(userinfo(google, `ya29.${name}`)).id);
  expect(two).toBe(one);
  expect(three).not.toBe(one);
});

describe("the metadata server", () => {
  const flavoured = { "metadata-flavor": "Google" };
  const ask = (google: Google, name: string, now = NOW) =>
    google.answer(get(`/computeMetadata/v1/${name}`, flavoured), now);
  const TOKEN =
    "instance/service-accounts/default/token?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform";
  const machine = { accounts: [serviceAccount({ isMachine: true })] };

  test("is there only on a machine that has one, and only for who asks by its header", () => {
    expect(ask(createGoogle(scenario(), NOW), "instance").status).toBe(404);
    const google = createGoogle(machine, NOW);
    expect(google.answer(get("/computeMetadata/v1/instance"), NOW).status).toBe(404);
    expect(ask(google, "instance")).toMatchObject({ status: 200, headers: { "metadata-flavor": "Google" } });
  });

  test("tells project and e-mail as plain text", () => {
    const google = createGoogle(machine, NOW);
    expect(textOf(ask(google, "project/project-id"))).toBe("prod-9");
    expect(textOf(ask(google, "instance/service-accounts/default/email"))).toBe(SERVICE_EMAIL);
    expect(ask(google, "instance/attributes/nothing").status).toBe(404);
  });

  test("gives the same token until five minutes before its end", () => {
    const google = createGoogle(machine, NOW);
    const first = bodyOf(ask(google, TOKEN));
    const later = bodyOf(ask(google, TOKEN, NOW + 3_000_000));
    expect(later).toEqual({ ...first, expires_in: first.expires_in - 3_000 });
    expect(bodyOf(ask(google, TOKEN, NOW + 3_400_000)).access_token).not.toBe(first.access_token);
  });
});
