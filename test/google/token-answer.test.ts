import { describe, expect, test } from "bun:test";
import { readTokenAnswer } from "../../src/google/token-answer";
import { findCase } from "../../src/simulator/cases/table";
import { NOW } from "../support/builders";

const CONTEXT = {
  backend: "oauth",
  model: "",
  method: "Token",
  project: "p",
  projectNumber: "1",
  location: "global",
  now: NOW,
  changes: {},
} as const;

/** The named answer of the collected cases, as it comes over the wire. */
function reading(name: string, headers: Record<string, string> = {}) {
  const answer = findCase(name)?.(CONTEXT);
  if (answer?.kind !== "json") throw new Error(`${name} is no such answer`);
  const { status, body } = answer;
  return readTokenAnswer(
    { kind: "answer", status, headers: new Headers(headers), body: JSON.stringify(body) },
    { now: NOW },
  );
}

describe("each collected answer of the token endpoint that gives a token", () => {
  test("oauth_token_refresh_200 keeps the old refresh token", () => {
    expect(reading("oauth_token_refresh_200")).toEqual({
      kind: "refreshed",
      accessToken: "ya29.a0-EXAMPLE2",
      lifetimeMs: 3_599_000,
    });
  });

  test("oauth_token_code_exchange_200 brings one to keep", () => {
    expect(reading("oauth_token_code_exchange_200")).toMatchObject({ refreshToken: "1//0EXAMPLE" });
  });

  test("oauth_token_sa_jwt_bearer_200 is a token for an hour", () => {
    expect(reading("oauth_token_sa_jwt_bearer_200")).toEqual({
      kind: "refreshed",
      accessToken: "ya29.c.EXAMPLE",
      lifetimeMs: 3_599_000,
    });
  });
});

describe("the words of a wrong clock", () => {
  const sentence = (headers?: Record<string, string>) => {
    const result = reading("oauth_invalid_grant_clock", headers);
    return result.kind === "failed" && "sentence" in result.outcome ? result.outcome.sentence : "";
  };

  test("tell both clocks where they differ", () => {
    expect(sentence({ date: "Fri, 20 Nov 2026 13:30:05 GMT" })).toBe(
      "This machine's clock is wrong: Google refuses tokens signed with it. Here it is 2026-11-20 12:00:00 UTC, at Google 2026-11-20 13:30:05 UTC. Set the time.",
    );
  });

  test("tell none where Google's is not known, or is the same", () => {
    for (const headers of [{}, { date: "soon" }, { date: "Fri, 20 Nov 2026 12:00:20 GMT" }])
      expect(sentence(headers)).toBe(
        "This machine's clock is wrong: Google refuses tokens signed with it. Set the time.",
      );
  });
});
