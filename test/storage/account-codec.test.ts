import { expect, test } from "bun:test";
import type { Credential } from "../../src/core/credential";
import { decodeAccount, encodeAccount } from "../../src/storage/account-codec";
import { aKey, aLogin, anAccount, aSeat } from "../support/builders";

const key = { kind: "api-key", key: "AIza-example-one" };
const minimal = { id: "k1", backend: "gemini-api", credential: key };

const decoded = (raw: unknown, number = 1) => {
  const result = decodeAccount(raw, number);
  if ("problem" in result) throw new Error(result.problem);
  return result.entry;
};
const problem = (raw: unknown, number = 1) => {
  const result = decodeAccount(raw, number);
  return "problem" in result ? result.problem : undefined;
};

test("what a person leaves out has its default", () => {
  expect(decoded(minimal, 4)).toEqual({
    account: {
      id: "k1",
      label: "account 4",
      backend: "gemini-api",
      credential: "api-key",
      origin: "file",
      enabled: true,
      priority: 0,
      tags: [],
      addedAt: 0,
    },
    credential: aKey(),
  });
});

test("a key that slipped into a name is not shown, and one that slipped into an id is a fault; neither is repeated", () => {
  expect(decoded({ ...minimal, label: "mine AIza-example-one" }).account.label).toBe("mine [api key]");
  expect(decoded({ ...minimal, label: "mail me@work.example" }).account.label).toBe("mail me@work.example");
  expect(problem({ ...minimal, id: "AIza-example-one" })).toBe("account 1: its id is a secret; give it another");
  expect(problem({ id: "k1", label: "1//example-token", backend: "moon", credential: key })).toContain('("[token]")');
});

test("a key pasted with blanks around it still works", () => {
  expect(decoded({ ...minimal, credential: { ...key, key: " AIza-example-one\n" } }).credential).toEqual(aKey());
});

test("an account without a label is named by its masked e-mail; a label of the user's own stays", () => {
  const seat = {
    id: "s1",
    backend: "code-assist",
    credential: { kind: "oauth", refreshToken: "r", email: "me@work.example" },
  };
  expect(decoded(seat).account.label).toBe("m…@work.example");
  expect(decoded({ ...seat, label: "me@work.example" }).account.label).toBe("me@work.example");
});

test("the ancestor's account loads as a Code Assist login without a client", () => {
  const ancestor = { id: "x", email: "me@work.example", refreshToken: "1//example", projectId: "p-1", enabled: false };
  expect(decoded(ancestor)).toEqual({
    account: anAccount({
      id: "x",
      label: "m…@work.example",
      backend: "code-assist",
      credential: "oauth",
      project: "p-1",
      enabled: false,
      addedAt: 0,
    }),
    credential: { kind: "oauth", refreshToken: "1//example", email: "me@work.example", generation: 0 },
  });
});

const EVERY_KIND: readonly Credential[] = [
  aKey(),
  aLogin(),
  { kind: "oauth", refreshToken: "1//example", generation: 0 },
  { kind: "service-account", keyFile: "/home/me/sa.json" },
  { kind: "adc" },
];

for (const credential of EVERY_KIND) {
  test(`an account with ${JSON.stringify(Object.keys(credential))} is read as it was written`, () => {
    const subject = credential.kind === "oauth" && credential.subject ? { subject: credential.subject } : {};
    const account = aSeat({ credential: credential.kind, tier: "standard", tags: ["a"], priority: 3, ...subject });
    const raw = JSON.parse(JSON.stringify(encodeAccount(account, credential)));
    expect(decoded(raw)).toEqual({ account, credential });
  });
}

test("the number of the person is kept with the credential", () => {
  const raw = encodeAccount(aSeat({ subject: "7" }), { kind: "oauth", refreshToken: "r", generation: 0 });
  expect(decoded(raw).account.subject).toBe("7");
});

const PROBLEMS: readonly (readonly [unknown, string])[] = [
  [7, "account 2 is not an object"],
  [{ ...minimal, id: undefined }, "account 2: id is missing"],
  [{ ...minimal, id: " " }, "account 2: id is missing"],
  [{ ...minimal, backend: "bard" }, "account 2: backend must be one of gemini-api, vertex, code-assist"],
  [{ ...minimal, enabled: "no" }, "account 2: enabled must be true or false"],
  [{ ...minimal, priority: "high" }, "account 2: priority must be a number"],
  [{ ...minimal, tags: [1] }, "account 2: tags must be a list of texts"],
  [{ ...minimal, credential: undefined }, "account 2: credential is missing"],
  [{ ...minimal, credential: "AIza-secret" }, "account 2: credential must be an object"],
  [{ ...minimal, label: "work", credential: { kind: "api-key" } }, 'account 2 ("work"): credential.key is missing'],
  [{ ...minimal, credential: { kind: "oauth", refreshToken: 5 } }, "account 2: credential.refreshToken must be a text"],
  [
    { ...minimal, credential: { kind: "oauth", refreshToken: "r", client: {} } },
    "account 2: credential.client.id is missing",
  ],
];

for (const [raw, words] of PROBLEMS) test(words, () => expect(problem(raw, 2)).toBe(words));

const login = { kind: "oauth", refreshToken: "r" };

/** Every field that may be left out: where it stands, what it must be and a value of another type. */
const OPTIONAL: readonly (readonly ["" | "credential." | "credential.client.", string, string, unknown])[] = [
  ["", "label", "a text", 7],
  ["", "enabled", "true or false", 1],
  ["", "priority", "a number", "2"],
  ["", "addedAt", "a number", "today"],
  ["", "tier", "a text", ["free"]],
  ["", "project", "a text", 1098],
  ["", "quotaProject", "a text", {}],
  ["", "location", "a text", false],
  ["credential.", "accessToken", "a text", 5],
  ["credential.", "expiresAt", "a number", "soon"],
  ["credential.", "email", "a text", true],
  ["credential.", "subject", "a text", 1098],
  ["credential.", "generation", "a number", "3"],
  ["credential.client.", "secret", "a text", 0],
];

for (const [place, name, words, wrong] of OPTIONAL) {
  test(`${place}${name} may be left out or null, and must be ${words}`, () => {
    const having = (value: unknown) => {
      const field = value === undefined ? {} : { [name]: value };
      const client = { id: "own", ...(place === "credential.client." ? field : {}) };
      const credential = { ...login, client, ...(place === "credential." ? field : {}) };
      return { id: "s1", backend: "code-assist", credential, ...(place === "" ? field : {}) };
    };
    const left = decoded(having(undefined));
    expect(decoded(having(null))).toStrictEqual(left);
    // A field that is there but undefined would hide what a spread finds behind it.
    expect([left, left.credential].flatMap((part) => Object.values(part))).not.toContain(undefined);
    expect(Object.values(left.account)).not.toContain(undefined);
    expect(problem(having(wrong), 2)).toBe(`account 2: ${place}${name} must be ${words}`);
  });
}

test("an empty label counts as none", () =>
  expect(decoded({ ...minimal, label: "" }, 3).account.label).toBe("account 3"));

test("a problem names a label that is an e-mail only masked", () => {
  expect(problem({ ...minimal, label: "me@work.example", credential: {} })).toContain('("m…@work.example")');
});
