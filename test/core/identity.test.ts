import { expect, test } from "bun:test";
import { isUnlabelled, projectOf, siblingsOf, withIdentity } from "../../src/core/identity";
import { anAccount, aSeat, NOW } from "../support/builders";

const identities = new Map([["a1", { accountId: "a1", consumer: "projects/1", observedAt: NOW }]]);

test("an account gets the project that Google named, and is the same object where there is nothing to add", () => {
  const account = anAccount();
  const known = withIdentity(account, { identities });
  expect(known).toEqual({ ...account, consumer: "projects/1" });
  expect(withIdentity(known, { identities })).toBe(known);
  expect(withIdentity(account, { identities: new Map() })).toBe(account);
  const stranger = anAccount({ id: "a2" });
  expect(withIdentity(stranger, { identities })).toBe(stranger);
});

test("siblings are in the same project on the same backend; the user's word comes before Google's", () => {
  const account = anAccount({ quotaProject: "p" });
  const twin = anAccount({ id: "a2", quotaProject: "p", consumer: "projects/1" });
  const stranger = anAccount({ id: "a3", quotaProject: "q" });
  const seat = aSeat({ project: "p" });
  expect(siblingsOf(account, [account, twin, stranger, seat])).toEqual([twin]);
  expect(projectOf(twin)).toBe("gemini-api/p");
  expect(siblingsOf(anAccount(), [anAccount({ id: "a2" })])).toEqual([]);
});

test("only a key of the Gemini API without any known project is unlabelled", () => {
  expect(isUnlabelled(anAccount())).toBe(true);
  expect(isUnlabelled(anAccount({ consumer: "projects/1" }))).toBe(false);
  expect(isUnlabelled(anAccount({ credential: "oauth" }))).toBe(false);
  expect(isUnlabelled(anAccount({ backend: "vertex" }))).toBe(false);
});
