import { describe, expect, test } from "bun:test";
import { exchange } from "./exchange";
import { CLIENT_FILE, loginCli, RETURNED } from "./login-parts";

const KEY = "AIza-example-0123456789abcd";
const VARIABLES = `GEMINI_API_KEY=${KEY}`;
const lines = (state: string) => [RETURNED(state)];

/** What an accounts file can be that cannot be used, and the next step that its problem names. */
const BROKEN: readonly (readonly [name: string, text: string, step: string])[] = [
  ["no JSON", "{,", "gemini-pool doctor --fix"],
  ["of a newer version", '{"version":9}', "Update the plugin"],
];

const ASKING: readonly (readonly string[])[] = [
  ["oauth-client", "list"],
  ["oauth-client", "remove", "mine"],
  ["oauth-client", "add", "-"],
  ["verify", "work"],
  ["login", "--account", "work"],
  ["login", "--backend", "gemini-api", "--client", "mine", "--project", "p", "--code", "-"],
  ["login", "--backend", "vertex", "--project", "p", "--code", "-"],
  ["login", "--seat", "--client", "mine", "--code", "-"],
];

describe.each(BROKEN)("an accounts file that is %s", (_, text, step) => {
  test.each(ASKING.map((argv) => [argv.join(" "), argv] as const))("%s: the file is named, exit 1", async (_, argv) => {
    const { run, seen, files, path } = loginCli({ lines, stdin: CLIENT_FILE });
    files.put(path, text);
    expect(await run(...argv)).toBe(1);
    expect(seen.err).toContain(path);
    expect(seen.err).toContain(step);
    expect(seen.err).not.toMatch(/There is no OAuth client yet|There is none yet|is needed/);
    expect(seen.out).toBe("");
  });

  test.each(["import - --client mine", "import -", "import - --dry-run", "export", "export --env --secrets"])(
    "%s: the same",
    async (words) => {
      const { run, seen, files, path } = exchange({ stdin: VARIABLES });
      files.put(path, text);
      expect(await run(...words.split(" "))).toBe(1);
      expect(seen.err).toContain(path);
      expect(seen.err).toContain(step);
    },
  );
});

describe("a good file of which something cannot be read", () => {
  const GOOD = { id: "k1", label: "work", backend: "gemini-api", credential: { kind: "api-key", key: KEY } };
  const FILE = JSON.stringify({
    version: 1,
    accounts: [GOOD, { ...GOOD, id: "k2", label: "side", credential: {} }],
    oauthClients: [{ name: "mine", id: "mine.apps.example" }, { name: "bad" }],
  });
  const aMachine = () => {
    const world = loginCli({ lines });
    world.files.put(world.path, FILE);
    return world;
  };

  test("what is there is found", async () => {
    const world = aMachine();
    expect(await world.run("verify", "work")).toBe(0);
    expect(await world.run("login", "--seat", "--client", "mine", "--code", "-")).toBe(0);
    expect(await world.run("oauth-client", "remove", "mine")).toBe(0);
  });

  test("what is not may be in what cannot be read, and that is said", async () => {
    for (const argv of [
      ["verify", "side"],
      ["login", "--account", "side"],
      ["oauth-client", "remove", "bad"],
      ["login", "--seat", "--client", "bad", "--code", "-"],
    ]) {
      const { run, seen, path } = aMachine();
      expect(await run(...argv)).toBe(1);
      expect(seen.err).toMatch(/There is no (account|OAuth client) of that (id or )?name among those that can be read/);
      expect(seen.err).toContain(`${path}: account 2 ("side")`);
      expect(seen.err).toContain("OAuth client 2: name and id must be texts");
    }
  });

  test("the list of clients has those that can be read, and says that there are others", async () => {
    const { run, seen } = aMachine();
    expect(await run("oauth-client", "list")).toBe(1);
    expect(seen.out).toBe("mine  mine.apps.example\n");
    expect(seen.err).toContain("OAuth client 2: name and id must be texts");
  });

  test("a dry run of an import says what an import does: the file takes more accounts", async () => {
    for (const more of [["--dry-run"], []]) {
      const { run, seen, files, path } = exchange({ stdin: VARIABLES.replace(KEY, `${KEY}-2`) });
      files.put(path, FILE);
      expect(await run("import", "-", ...more)).toBe(0);
      expect(seen.out).toContain("1 ");
      expect(files.read(path) === FILE).toBe(more.length > 0);
    }
  });

  test("an export of less than everything is there, and a failure", async () => {
    const { run, seen, files, path } = exchange();
    files.put(path, FILE);
    expect(await run("export")).toBe(1);
    expect(JSON.parse(seen.out).accounts).toHaveLength(1);
    expect(seen.err).toContain('account 2 ("side")');
  });
});

test("at a terminal the file is named before anything is asked that it may hold", async () => {
  const { run, seen, files, path } = loginCli({ types: [] });
  files.put(path, "{,");
  expect(await run("login", "--seat")).toBe(1);
  expect(seen.err).toStartWith("gemini-pool: ");
  expect(seen.err).toContain(path);
});

test("where everything can be read, what is not there is a mistake of the question: exit 2", async () => {
  for (const argv of [
    ["verify", "work"],
    ["login", "--account", "work"],
    ["login", "--backend", "vertex", "--client", "mine", "--project", "p", "--code", "-"],
    ["oauth-client", "remove", "mine"],
  ])
    expect(await loginCli({ lines }).run(...argv)).toBe(2);
  expect(await exchange({ stdin: VARIABLES }).run("import", "-", "--client", "mine")).toBe(2);
});
