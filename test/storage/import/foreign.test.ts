import { describe, expect, test } from "bun:test";
import type { ForeignReading, ForeignWish } from "../../../src/ports/import";
import { createForeignReader, readEnvironment } from "../../../src/storage/import/foreign";
import { removedIds } from "../../../src/storage/import/removed";
import { importableAccounts } from "../../../src/system/env-accounts";

const reader = createForeignReader(importableAccounts);

/** What a reading comes to, short enough for a table. */
const gist = (reading: ForeignReading) => {
  if (reading.kind === "wrong") return reading.sentence;
  const accounts = reading.accounts.map(({ place, entry: { account, credential } }) => {
    const login =
      credential.kind === "oauth" ? `${credential.refreshToken} ${credential.client?.id ?? "no client"}` : "";
    const secret = credential.kind === "api-key" ? credential.key : login || credential.kind;
    return [place, account.label, account.backend, account.project ?? "", secret];
  });
  return { format: reading.format, accounts, faults: reading.faults.map(({ place, why }) => `${place}: ${why}`) };
};
const read = (file: unknown, wish: ForeignWish = {}) =>
  gist(reader(typeof file === "string" ? file : JSON.stringify(file), wish));

const MINE = { id: "example-client", secret: "example-secret" };

const ANTIGRAVITY = {
  version: 4,
  accounts: [
    { email: "me@work.example", refreshToken: "1//example-one", projectId: "p-1", addedAt: 5, lastUsed: 6 },
    { email: "you@home.example", refreshToken: "1//example-two", managedProjectId: "p-2", enabled: false },
    { refreshToken: "1//example-three", addedAt: 7, lastUsed: 8 },
    { email: "they@home.example", addedAt: 7, lastUsed: 8, fingerprint: { deviceId: "x" } },
    "nobody",
  ],
  activeIndex: 0,
  activeIndexByFamily: { claude: 0, gemini: 0 },
};

describe("antigravity-accounts.json", () => {
  test("gives names and projects; its tokens are of no use and are left", () => {
    const found = read(ANTIGRAVITY);
    expect(found).toEqual({
      format: "antigravity",
      accounts: [
        ["account 1", "m…@work.example", "code-assist", "p-1", "log-in-again no client"],
        ["account 2", "y…@home.example", "code-assist", "p-2", "log-in-again no client"],
        ["account 4", "t…@home.example", "code-assist", "", "log-in-again no client"],
      ],
      faults: [
        "account 3: its login is for Antigravity alone, and without an e-mail nobody could tell whose it is",
        "account 5: it is not an object",
      ],
    });
    expect(JSON.stringify(reader(JSON.stringify(ANTIGRAVITY), {}))).not.toMatch(/1\/\/example|deviceId/);
  });

  test("with a client of the person's own the tokens come with it", () => {
    const found = read(ANTIGRAVITY, { client: MINE });
    expect(found).toMatchObject({
      accounts: [
        ["account 1", "m…@work.example", "code-assist", "p-1", "1//example-one example-client"],
        ["account 2", "y…@home.example", "code-assist", "p-2", "1//example-two example-client"],
        ["account 3", "account 3", "code-assist", "", "1//example-three example-client"],
      ],
      faults: ["account 4: it has no refresh token", "account 5: it is not an object"],
    });
  });

  test("who is disabled there is disabled here", () => {
    const reading = reader(JSON.stringify(ANTIGRAVITY), {});
    const enabled = reading.kind === "accounts" ? reading.accounts.map(({ entry }) => entry.account.enabled) : [];
    expect(enabled).toEqual([true, false, true]);
  });

  test("a first version without a list of indices is told by --from", () => {
    const file = { accounts: [{ email: "me@work.example", refreshToken: "1//example-one" }] };
    expect(read(file, { from: "antigravity" })).toMatchObject({ format: "antigravity" });
  });
});

describe("the ancestor's file", () => {
  const file = {
    accounts: [
      { id: "a", email: "me@work.example", refreshToken: "1//example-one", projectId: "p-1", enabled: true },
      { email: null, refreshToken: "1//example-two", projectId: null },
      { id: "c", email: "x@y.example" },
    ],
  };
  test("comes as Code Assist logins without a client", () => {
    expect(read(file)).toEqual({
      format: "ancestor",
      accounts: [
        ["account 1", "m…@work.example", "code-assist", "p-1", "1//example-one no client"],
        ["account 2", "account 2", "code-assist", "", "1//example-two no client"],
      ],
      faults: ["account 3: credential is missing"],
    });
  });

  test("takes the client that the person names", () => {
    expect(read(file, { from: "ancestor", client: MINE })).toMatchObject({
      accounts: [
        ["account 1", "m…@work.example", "code-assist", "p-1", "1//example-one example-client"],
        ["account 2", "account 2", "code-assist", "", "1//example-two example-client"],
      ],
    });
  });
});

describe("a file of ours", () => {
  test("comes as it is, but what is broken", () => {
    const key = { kind: "api-key", key: "AIza-example-1" };
    const file = {
      version: 1,
      accounts: [
        { id: "k1", label: "side", backend: "gemini-api", quotaProject: "q", credential: key },
        {
          id: "v1",
          label: "eu",
          backend: "vertex",
          project: "p",
          credential: { kind: "service-account", keyFile: "/k" },
        },
        { id: "k2", label: 'odd "): name', backend: "gemini-pi", credential: key },
        { id: "k3", label: "bare", backend: "gemini-api", secretsLeftOut: true, credential: { kind: "api-key" } },
      ],
      removed: [{ id: "k0", at: 1 }],
    };
    expect(read(file)).toEqual({
      format: "pool",
      accounts: [
        ["account 1", "side", "gemini-api", "", "AIza-example-1"],
        ["account 2", "eu", "vertex", "p", "service-account"],
      ],
      faults: [
        "account 3: backend must be one of gemini-api, vertex, code-assist",
        "account 4: it was exported without its secret; export it again with --secrets",
      ],
    });
    expect(reader(JSON.stringify(file), {})).toMatchObject({
      notes: ["It remembers 1 removed there; an import removes nothing here."],
    });
    expect([...removedIds(JSON.stringify(file))]).toEqual(["k0"]);
  });

  test("of a newer version is refused", () => {
    expect(read({ version: 2, accounts: [] })).toBe("The file was written by a newer version of this plugin.");
  });

  test.each([undefined, "", "{", "[]", '{"removed":[null,{"at":1}]}'])("no tombstones in %p", (text) => {
    expect(removedIds(text).size).toBe(0);
  });
});

describe("opencode's auth.json", () => {
  const other = { anthropic: { type: "api", key: "sk-example" } };
  const login = (refresh: string) => ({
    ...other,
    google: { type: "oauth", refresh, access: "ya29.example", expires: 1 },
  });
  test("gives its google key and nobody else's", () => {
    expect(read({ ...other, google: { type: "api", key: " AIza-example-1 " } })).toEqual({
      format: "opencode",
      accounts: [["google", "opencode's own key", "gemini-api", "", "AIza-example-1"]],
      faults: [],
    });
  });
  const cases: [string, ForeignWish, string[][]][] = [
    ["1//example-one", {}, [["google", "opencode's own login", "code-assist", "", "1//example-one no client"]]],
    ["1//example-one||p-2", {}, [["google", "opencode's own login", "code-assist", "p-2", "1//example-one no client"]]],
    [
      "1//example-one|p-1|p-2|me@work.example;1//example-two|p-3",
      { client: MINE },
      [
        ["google, login 1", "m…@work.example", "code-assist", "p-1", "1//example-one example-client"],
        ["google, login 2", "opencode's own login", "code-assist", "p-3", "1//example-two example-client"],
      ],
    ],
  ];
  test.each(cases)("a packed login %j", (refresh, wish, accounts) => {
    expect(read(login(refresh), wish)).toMatchObject({ accounts, faults: [] });
  });
  test("our own mark is nobody's login, and an empty one neither", () => {
    expect(read(login("gemini-pool"))).toMatchObject({ faults: ["google: it is the mark of this pool, not a login"] });
    expect(read(login("|p-1"))).toMatchObject({ accounts: [], faults: ["google: it holds no login"] });
    expect(read(other)).toBe("opencode has no google login there.");
  });
});

describe("variables", () => {
  test("of a .env file, with the lines they are in", () => {
    const text = [
      "# keys",
      'export GEMINI_API_KEY_2="AIza-example-2"\r',
      "GEMINI_API_KEY_1=AIza-example-1 # mine",
      "GOOGLE_API_KEY=AIza-example-1",
      "GEMINI_CLI_1_REFRESH_TOKEN=1//example-one",
      "GEMINI_CLI_1_ACCESS_TOKEN=ya29.example",
      "GEMINI_CLI_1_EMAIL=me@work.example",
      "GEMINI_CLI_1_PROJECT_ID=p-1",
      "GEMINI_CLI_1_CLIENT_ID=own",
      "GEMINI_CLI_2_REFRESH_TOKEN=",
      "GEMINI_API_KEY='AIza-open",
    ].join("\n");
    expect(read(text)).toEqual({
      format: "env",
      accounts: [
        ["line 4, GOOGLE_API_KEY", "GOOGLE_API_KEY", "gemini-api", "", "AIza-example-1"],
        ["line 2, GEMINI_API_KEY_2", "GEMINI_API_KEY_2", "gemini-api", "", "AIza-example-2"],
        ["line 5, GEMINI_CLI_1_REFRESH_TOKEN", "GEMINI_CLI_1", "code-assist", "p-1", "1//example-one own"],
      ],
      faults: [
        "line 11, GEMINI_API_KEY: its quote is never closed",
        "line 10, GEMINI_CLI_2_REFRESH_TOKEN: it is empty",
      ],
    });
  });

  test("of a name that stands there twice the last counts, and the lines before it are named", () => {
    const text = [
      "GEMINI_API_KEY=AIza-planted-1",
      "GEMINI_API_KEY=AIza-planted-2",
      "GOOGLE_API_KEY=AIza-planted-3",
      "GOOGLE_API_KEY=AIza-planted-3",
      "GEMINI_API_KEY_1=",
      "GEMINI_API_KEY_1=AIza-planted-4",
      "OTHER=1",
      "GEMINI_API_KEY=AIza-planted-5",
      "OTHER=2",
    ].join("\n");
    const again =
      "line 8 sets it again, and the last one counts; to have both keys put them into one value, with a comma between them";
    expect(read(text)).toEqual({
      format: "env",
      accounts: [
        ["line 8, GEMINI_API_KEY", "GEMINI_API_KEY", "gemini-api", "", "AIza-planted-5"],
        ["line 4, GOOGLE_API_KEY", "GOOGLE_API_KEY", "gemini-api", "", "AIza-planted-3"],
        ["line 6, GEMINI_API_KEY_1", "GEMINI_API_KEY_1", "gemini-api", "", "AIza-planted-4"],
      ],
      faults: [`line 1, GEMINI_API_KEY: ${again}`, `line 2, GEMINI_API_KEY: ${again}`],
    });
  });

  test("of several keys in one value each is an account", () => {
    const [one, two, three] = ["AIza-example-01234567", "AIza-example-12345678", "AIza-example-23456789"] as const;
    const text = `\nGEMINI_API_KEY="${one}, ${two} ${three},"\nGOOGLE_API_KEY=" , "`;
    expect(read(text)).toEqual({
      format: "env",
      accounts: [
        ["line 2, GEMINI_API_KEY", "GEMINI_API_KEY", "gemini-api", "", one],
        ["line 2, GEMINI_API_KEY", "GEMINI_API_KEY 2", "gemini-api", "", two],
        ["line 2, GEMINI_API_KEY", "GEMINI_API_KEY 3", "gemini-api", "", three],
      ],
      faults: ["line 3, GOOGLE_API_KEY: it is empty"],
    });
  });

  test("of the process, by their names", () => {
    const env = {
      PATH: "/bin",
      GEMINI_API_KEY: "AIza-example-1",
      GOOGLE_VERTEX_API_KEY: "AIza-example-2",
      X: undefined,
    };
    expect(gist(readEnvironment(env, importableAccounts))).toMatchObject({
      accounts: [
        ["GEMINI_API_KEY", "GEMINI_API_KEY", "gemini-api", "", "AIza-example-1"],
        ["GOOGLE_VERTEX_API_KEY", "GOOGLE_VERTEX_API_KEY", "vertex", "", "AIza-example-2"],
      ],
    });
  });

  test("what an export says of an account stays, also where its key or login has another name too", () => {
    const own = (number: number, kind: string) =>
      `GEMINI_POOL_ACCOUNT_${number}='{"label":"mine ${number}","backend":"gemini-api","priority":3,"quotaProject":"q-${number}","credential":{"kind":"${kind}"}}'`;
    const text = [
      "GEMINI_API_KEY=AIza-example-1",
      "GEMINI_API_KEY_1=AIza-example-1",
      own(1, "api-key"),
      "GEMINI_CLI_REFRESH_TOKEN=1//example-two",
      "GEMINI_CLI_2_REFRESH_TOKEN=1//example-two",
      own(2, "oauth"),
    ].join("\n");
    const reading = reader(text, {});
    expect(reading).toMatchObject({
      kind: "accounts",
      accounts: [
        {
          entry: {
            account: { label: "mine 1", priority: 3, quotaProject: "q-1" },
            credential: { key: "AIza-example-1" },
          },
        },
        { entry: { account: { label: "mine 2" }, credential: { refreshToken: "1//example-two" } } },
      ],
      faults: [],
    });
  });

  test("what an export says of an account, in a form that is no more", () => {
    const found = read('GEMINI_POOL_ACCOUNT_1=nonsense\nGEMINI_POOL_ACCOUNT_2=\'{"label":"x"}\'');
    expect(found).toMatchObject({
      faults: [
        "line 1, GEMINI_POOL_ACCOUNT_1: it is not a JSON object",
        "line 2, GEMINI_POOL_ACCOUNT_2: credential.kind is missing",
      ],
    });
  });
});

const SECRET = "AIza-planted-secret-0123456789";
const NO_FILES: [string, string, ForeignWish, string][] = [
  ["nothing", " \n", {}, "The file is empty."],
  ["prose", `dear ${SECRET}`, {}, "This is no file that accounts can be imported from"],
  ["a bad comma", `{"accounts":[{"refreshToken":"${SECRET}",}]}`, {}, "(line 1, column "],
  ["a list", `["${SECRET}"]`, {}, "This is no file"],
  ["another object", `{"a":"${SECRET}"}`, {}, "This is no file"],
  ["accounts that are no list", `{"accounts":{"x":"${SECRET}"}}`, { from: "pool" }, '"accounts" that are not a list'],
  ["the same as another", `{"accounts":{"x":"${SECRET}"}}`, { from: "antigravity" }, "This is no file"],
  ["JSON for .env", `{"a":"${SECRET}"}`, { from: "env" }, "not a .env file"],
  [".env for JSON", `A=${SECRET}`, { from: "pool" }, "This is no file"],
  ["a key file", `{"type":"service_account","private_key":"${SECRET}"}`, {}, "gemini-pool help login"],
  ["gcloud's login", `{"type":"authorized_user","refresh_token":"${SECRET}"}`, {}, "application default credentials"],
  ["an OAuth client", `{"installed":{"client_secret":"${SECRET}"}}`, {}, "gemini-pool oauth-client add"],
  ["another program's login", `{"refresh_token":"${SECRET}"}`, {}, "does not say with which OAuth client"],
  ["far too much", `A=${"x".repeat(1024 * 1024)}`, {}, "too large"],
];
test.each(NO_FILES)("%s is refused in a sentence that quotes nothing", (_, text, wish, words) => {
  const reading = reader(text, wish);
  expect(reading.kind === "wrong" ? reading.sentence : reading).toContain(words);
  expect(JSON.stringify(reading)).not.toContain("planted");
});
