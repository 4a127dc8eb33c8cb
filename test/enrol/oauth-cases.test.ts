import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createOAuthLogin } from "../../src/google/oauth-login";
import { logIn, loginWorld, returnedTo, show, started, WANTED } from "./login-world";

/** Answers of Google collected beside the repository; a checkout alone does not have them. */
const CASES = join(import.meta.dir, "../../../shared/cases/google");
const present = existsSync(CASES);
const collected = (name: string) => JSON.parse(readFileSync(join(CASES, `${name}.json`), "utf8")).body;

/** Where the browser is sent by a person who says no. */
async function denies(query: string): Promise<void> {
  const { parts, entries, clock } = await loginWorld({ open: async () => false });
  const { pending, done } = await started(WANTED, parts);
  const back = new URL(await returnedTo(pending.url));
  back.search = query.replace("<state>", back.searchParams.get("state") ?? "");
  const page = await show(back.href);
  expect(page).toMatchObject({ status: 400, text: expect.stringContaining("Access denied") });
  expect(await done).toEqual({
    kind: "denied",
    sentence: "Access was denied in the browser, so no account was stored.",
  });
  expect(entries()).toEqual([]);
  // For a minute the page can be loaded again; then nobody listens for an answer that cannot come.
  expect(await show(back.href)).toEqual(page);
  await clock.advance(60_000);
  await expect(fetch(back.href)).rejects.toThrow();
}

/** A person whose address changes stays the same person, and another one with the same address is another one. */
async function isKnownById(body: Readonly<Record<string, unknown>>): Promise<void> {
  const { parts, entries } = await loginWorld({ consent: { unticked: ["openid"] } });
  const whoever = (more: object) => {
    const [authorizeUrl, tokenUrl, userinfoUrl] = ["https://a.example", "https://t.example", "https://u.example"];
    const fetch = async () => Response.json({ ...body, ...more });
    const { whoIs } = createOAuthLogin({ fetch, authorizeUrl, tokenUrl, userinfoUrl });
    return { ...parts, oauth: { ...parts.oauth, whoIs } };
  };
  expect(await logIn(whoever({}))).toMatchObject({ kind: "added", label: "u…@example.com" });
  expect(entries()[0]?.account.subject).toBe("115000000000000000000");
  expect(await logIn(whoever({ email: "married@example.com" }))).toMatchObject({ kind: "updated" });
  expect(await logIn(whoever({ id: "115000000000000000001" }))).toMatchObject({ kind: "added" });
  expect(entries()).toHaveLength(2);
}

const USERINFO = { id: "115000000000000000000", email: "user@example.com", verified_email: true, name: "User" };

describe("what comes back of a login in the browser", () => {
  test("oauth_callback_access_denied shows the reason and closes the listener", () =>
    denies("error=access_denied&state=<state>"));
  test("oauth_userinfo_200 names the account by its id; the address is only shown", () => isKnownById(USERINFO));
});

describe.skipIf(!present)(
  "the same as it was collected of Google (skipped where it is not beside this checkout)",
  () => {
    test("oauth_callback_access_denied", () => denies(collected("oauth_callback_access_denied").query));
    test("oauth_userinfo_200", () => isKnownById(collected("oauth_userinfo_200")));
  },
);
