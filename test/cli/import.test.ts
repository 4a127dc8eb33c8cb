import { describe, expect, test } from "bun:test";
import { runCli } from "../../src/cli/main";
import { aKey, anAccount, NOW } from "../support/builders";
import { exchange } from "./exchange";

const KEY = "AIza-planted-0123456789abcd";
const ENV = [`GEMINI_API_KEY_1=${KEY}`, "GEMINI_CLI_1_REFRESH_TOKEN=1//planted-refresh", "GEMINI_API_KEY_2="].join(
  "\n",
);
const FILE = JSON.stringify({
  accounts: [
    { email: "planted@work.example", refreshToken: "1//planted-refresh", projectId: "p-1" },
    { refreshToken: "1//planted-other" },
  ],
  activeIndex: 0,
});
const labels = ({ store }: ReturnType<typeof exchange>) => store.current().entries.map(({ account }) => account.label);

describe("import", () => {
  test("adds what a .env file on standard input holds, and says so without it", async () => {
    const world = exchange({ stdin: ENV });
    expect(await world.run("import", "-")).toBe(0);
    expect(world.seen.out).toBe(
      [
        "Found variables.",
        "  added    GEMINI_API_KEY_1 (line 1, GEMINI_API_KEY_1)",
        "  added    GEMINI_CLI_1 (line 2, GEMINI_CLI_1_REFRESH_TOKEN): It does not say with which OAuth client it was made: log in again, or add the client to it.",
        "  skipped  line 3, GEMINI_API_KEY_2: it is empty",
        "2 added, 0 already there, 1 skipped.",
        "1 account cannot answer before a login: gemini-pool login",
        "",
      ].join("\n"),
    );
    expect(world.seen).toMatchObject({ err: "", opened: 1, closed: 1 });
    expect(labels(world)).toEqual(["GEMINI_API_KEY_1", "GEMINI_CLI_1"]);
    expect(world.state.current().parked.size).toBe(1);
  });

  test("the second time everything is there, which is well", async () => {
    const world = exchange({ stdin: ENV });
    await world.run("import", "-");
    const before = world.files.read(world.path);
    world.seen.out = "";
    expect(await world.run("import", "-")).toBe(0);
    expect(world.seen.out).toContain("0 added, 2 already there, 1 skipped.");
    expect(world.files.read(world.path)).toBe(before);
  });

  test("reads a file, with the names and projects that another program's accounts have", async () => {
    const world = exchange();
    world.files.put("/home/me/antigravity-accounts.json", FILE);
    expect(await world.run("import", "/home/me/antigravity-accounts.json")).toBe(0);
    expect(world.seen.out).toContain("added    p…@work.example (account 1): It came without a login");
    expect(world.seen.out).toContain("skipped  account 2: its login is for Antigravity alone");
    expect(world.seen.out).not.toContain("planted");
    expect(world.files.read(world.path)).not.toContain("1//planted");
  });

  test("--client says whose its logins are", async () => {
    const world = exchange({ stdin: FILE });
    const client = { id: "example-client", secret: "example-secret" };
    await world.store.update([{ type: "set-client", name: "mine", client }]);
    expect(await world.run("import", "-", "--client", "mine")).toBe(0);
    expect(world.store.current().entries.map(({ credential }) => credential)).toMatchObject([
      { refreshToken: "1//planted-refresh", client: { id: "example-client" } },
      { refreshToken: "1//planted-other", client: { id: "example-client" } },
    ]);
    expect(world.state.current().parked.size).toBe(0);
    expect(world.seen.out).not.toContain("planted");
  });

  test("--from env without a file reads the environment, --from opencode opencode's own file", async () => {
    const world = exchange({ env: { GEMINI_API_KEY: KEY } });
    expect(await world.run("import", "--from", "env")).toBe(0);
    const auth = JSON.stringify({ google: { type: "api", key: "AIza-planted-of-opencode-0123" } });
    world.files.put("/home/me/.local/share/opencode/auth.json", auth);
    expect(await world.run("import", "--from=opencode")).toBe(0);
    expect(labels(world)).toEqual(["GEMINI_API_KEY", "opencode's own key"]);
    expect(world.seen.out).not.toContain("planted");
  });

  const OF_A_CLIENT = `${ENV}\nGEMINI_CLI_1_CLIENT_ID=example-client\nGEMINI_CLI_1_CLIENT_SECRET=example-secret`;
  test("logins of a client that is none of the user's own: one note of Google's terms, and nothing more", async () => {
    const world = exchange({ stdin: OF_A_CLIENT });
    expect(await world.run("import", "-", "--dry-run")).toBe(0);
    expect(world.seen.out).toContain("Google's terms do not allow");
    world.seen.out = "";
    expect(await world.run("import", "-")).toBe(0);
    expect(world.seen.out.split("Google's terms do not allow")).toHaveLength(2);
    expect(world.seen.out).toContain("2 added");
    expect(world.state.current().parked.size).toBe(0);
    world.seen.out = "";
    await world.run("import", "-", "--json");
    expect(JSON.parse(world.seen.out)).toMatchObject({ known: 2, notes: [] });
  });

  test("logins of the user's own client, and those without one, need no such note", async () => {
    const own = exchange({ stdin: OF_A_CLIENT });
    await own.store.update([{ type: "set-client", name: "mine", client: { id: "example-client" } }]);
    const none = exchange({ stdin: ENV });
    for (const world of [own, none]) {
      expect(await world.run("import", "-")).toBe(0);
      expect(world.seen.out).not.toContain("terms");
    }
  });

  test("--dry-run changes nothing, --json is JSON and nothing else", async () => {
    const world = exchange({ stdin: ENV });
    expect(await world.run("import", "-", "--dry-run", "--json")).toBe(0);
    expect(JSON.parse(world.seen.out)).toMatchObject({
      format: "env",
      dryRun: true,
      added: 2,
      known: 0,
      skipped: 1,
      items: [
        { result: "added", place: "line 1, GEMINI_API_KEY_1", label: "GEMINI_API_KEY_1", id: null, needsLogin: false },
        { result: "added", needsLogin: true },
        { result: "skipped", why: "it is empty", label: null },
      ],
    });
    expect(world.seen.out + world.seen.err).not.toContain("planted");
    expect(world.files.paths()).toEqual([]);
    expect(await world.run("import", "-", "--dry-run")).toBe(0);
    expect(world.seen.out).toContain("2 to add, 0 already there, 1 skipped. Nothing was changed.");
  });

  test("what was removed here stays away", async () => {
    const GONE = "Zx81kq0-Yp3v";
    const world = exchange({
      stdin: JSON.stringify({
        version: 1,
        accounts: [{ id: GONE, label: "one", backend: "gemini-api", credential: { kind: "api-key", key: KEY } }],
      }),
    });
    await world.store.update([{ type: "add", account: anAccount({ id: GONE }), credential: aKey(KEY) }]);
    await world.store.update([{ type: "remove", id: GONE, at: NOW }]);
    expect(await world.run("import", "-")).toBe(1);
    expect(world.seen.out).toContain("skipped  one (account 1): it was removed here");
    expect(labels(world)).toEqual([]);
  });
});

const MISTAKES: [string[], string, 1 | 2, string][] = [
  [["import"], "", 2, "Name a file, - for standard input"],
  [["import", "--from", "ancestor"], "", 2, "Name a file"],
  [["import", "-", "--from", "nowhere"], ENV, 2, "--from takes pool, ancestor, antigravity, opencode, env."],
  [["import", "-", "--client", KEY], ENV, 2, "no OAuth client of that name"],
  [["import", KEY], "", 1, "the file cannot be read, or is not there."],
  [["import", "-", KEY], ENV, 2, "There is an argument too many."],
  [["import", "-"], `{"accounts":[{"refreshToken":"${KEY}",}]}`, 1, "not valid JSON (line 1, column"],
  [["import", "-"], "", 1, "The file is empty. Nothing was changed."],
];
test.each(MISTAKES)("%j is told, changes nothing and repeats no secret", async (argv, stdin, code, words) => {
  const world = exchange({ stdin });
  expect(await world.run(...argv)).toBe(code);
  expect(world.seen.err).toContain(words);
  expect(world.seen.err).not.toContain("planted");
  expect(world.seen.out).toBe("");
  expect(world.files.paths()).toEqual([]);
  expect(world.seen.closed).toBe(world.seen.opened);
});

test("a broken accounts file is left as it is", async () => {
  const world = exchange({ stdin: ENV });
  world.files.put(world.path, "{,");
  expect(await world.run("import", "-")).toBe(1);
  expect(world.seen.err).toContain("Nothing was changed.");
  expect(world.files.read(world.path)).toBe("{,");
});

test("where there are no files it says so; the help names the file", async () => {
  const { parts, io, seen, run } = exchange();
  const { importing: _, ...without } = parts;
  expect(await runCli(["import", "-"], io, without)).toBe(1);
  expect(seen.err).toContain("there are no files");
  expect(await run("help", "import")).toBe(0);
  expect(seen.out).toContain("  FILE\n");
});
