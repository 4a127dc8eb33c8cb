import { describe, expect, test } from "bun:test";
import { aLogin, aParked, aSeat } from "../support/builders";
import { CLIENT, CLIENT_FILE, loginCli, RETURNED } from "./login-parts";

const MODELS = "In opencode, choose a google model with /models.\n";
const SECRETS = /1\/\/example|ya29|4\/0Aexample|own-client-secret|me@work/;
const paste = (state: string) => [RETURNED(state)];

describe("a login in a script", () => {
  test("prints the address whole on a line of its own and takes the one the browser ended on", async () => {
    const { run, seen, accounts, credentials, addClient } = loginCli({ lines: paste });
    await addClient();
    expect(await run("login", "--backend", "gemini-api", "--project", "side-1", "--code", "-")).toBe(0);
    expect(seen.err.split("\n").filter((line) => line.startsWith("https://accounts.example/auth?"))).toHaveLength(1);
    expect(seen.out).toBe(`Added m…@work.example.\n${MODELS}`);
    expect(seen.out + seen.err).not.toMatch(SECRETS);
    expect(accounts()).toMatchObject([{ backend: "gemini-api", credential: "oauth", quotaProject: "side-1" }]);
    expect(credentials()).toMatchObject([{ client: CLIENT, refreshToken: "1//example-new" }]);
  });

  test("for Vertex AI, with a client's file that is kept for the next time", async () => {
    const { run, store, accounts } = loginCli({ lines: paste, files: { "/home/me/c.json": CLIENT_FILE } });
    const options = ["--backend", "vertex", "--client", "c.json", "--project", "prod-9", "--location", "eu"];
    expect(await run("login", ...options, "--code", "-")).toBe(0);
    expect(accounts()).toMatchObject([{ backend: "vertex", project: "prod-9", location: "eu" }]);
    expect(store.current().clients).toEqual([{ name: "my-cloud", client: CLIENT }]);
  });

  test("what was pasted wrong is said, and the next line counts", async () => {
    const { run, seen, accounts, addClient } = loginCli({
      lines: (state) => ["hello", RETURNED("of-another"), RETURNED(state)],
    });
    await addClient();
    expect(await run("login", "--seat", "--code", "-")).toBe(0);
    expect(seen.err).toContain("neither an address nor a code");
    expect(seen.err).toContain("does not belong to the login");
    expect(accounts()).toMatchObject([{ backend: "code-assist", project: "work-123", tier: "standard" }]);
  });

  test("input that ends without it gives up: nothing is stored, exit 1", async () => {
    const { run, seen, accounts, addClient } = loginCli({ lines: () => [] });
    await addClient();
    expect(await run("login", "--seat", "--code", "-")).toBe(1);
    expect(seen.err).toContain("standard input ended without the address");
    expect(accounts()).toEqual([]);
  });

  test("input that cannot be read is told, and gives up as well", async () => {
    const lines = () => {
      throw new Error("standard input is a directory.");
    };
    const { run, seen, accounts, addClient } = loginCli({ lines });
    await addClient();
    expect(await run("login", "--seat", "--code", "-")).toBe(1);
    expect(seen.err).toContain("gemini-pool login: standard input is a directory.\n");
    expect(accounts()).toEqual([]);
  });

  test("--no-browser opens none; else it is said whether one was opened", async () => {
    for (const [options, isOpened] of [
      [["--no-browser"], false],
      [[], true],
    ] as const) {
      const { run, seen, addClient } = loginCli({ lines: paste, opens: true });
      await addClient();
      expect(await run("login", "--seat", "--code", "-", ...options)).toBe(0);
      expect(seen.opened).toHaveLength(isOpened ? 1 : 0);
      expect(seen.err).toContain(isOpened ? "Your browser was opened" : "Open this address");
    }
  });
});

describe("a seat", () => {
  test("through Gemini CLI's client needs a yes to the terms, and is off without", async () => {
    const without = loginCli({ lines: paste });
    expect(await without.run("login", "--oauth-client", "gemini-cli", "--code", "-")).toBe(2);
    expect(without.seen.err).toContain("Google's terms do not allow");
    expect(without.seen.err).toContain("--accept-terms");
    const agreed = loginCli({ lines: paste });
    expect(await agreed.run("login", "--seat", "--oauth-client", "gemini-cli", "--accept-terms", "--code", "-")).toBe(
      0,
    );
    expect(agreed.credentials()).toMatchObject([{ client: { id: "installed.apps.example" } }]);
  });

  test("that needs a project asks for it without the browser again", async () => {
    const seat = [{ kind: "needs-project", sentence: "Google wants a project." } as const];
    const { run, seen, accounts, addClient } = loginCli({ seat, types: ["7", "", "{paste}", "work-9"] });
    await addClient();
    expect(await run("login")).toBe(0);
    expect(seen.prompts.at(-1)).toContain("Google wants a project.");
    expect(seen.projects).toEqual([undefined, "work-9"]);
    expect(accounts()).toHaveLength(1);
  });

  test("that waits for a person is stored, says where to go and how to go on, exit 1", async () => {
    const url = "https://accounts.google.com/verify";
    const seat = [{ kind: "needs-verification", sentence: "Verify your account.", url } as const];
    const { run, seen, accounts, addClient, state } = loginCli({ seat, lines: paste });
    await addClient();
    expect(await run("login", "--seat", "--code", "-")).toBe(1);
    expect(seen.out).toContain(url);
    expect(seen.out).toContain(`gemini-pool verify ${accounts()[0]?.id}`);
    expect(state.current().parked.size).toBe(1);
  });
});

describe("logging in again", () => {
  test("lifts the parked account, with the client it had and the person offered", async () => {
    const { run, seen, accounts, addClient, state, clock, store } = loginCli({ lines: paste });
    await addClient();
    await run("login", "--backend", "vertex", "--project", "prod-9", "--label", "work", "--code", "-");
    const id = accounts()[0]?.id ?? "";
    state.apply([
      { type: "account.parked", parked: aParked({ accountId: id, state: "needs-login", since: clock.now() }) },
    ]);
    await store.update([{ type: "remove-client", name: "mine" }]);
    await clock.advance(1_000);
    expect(await run("login", "--account", "WORK", "--code", "-")).toBe(0);
    expect(seen.err).toContain("hint=me@work.example");
    expect(accounts()).toHaveLength(1);
    expect(state.current().parked.size).toBe(0);
  });

  test("a key is replaced by another one; the account keeps its id and name", async () => {
    const world = loginCli({ types: ["1", "AIza-example-0123456789old1", "mine", "", "AIza-example-0123456789new1"] });
    await world.run("login");
    const [account] = world.accounts();
    expect(await world.run("login", "--account", "mine")).toBe(0);
    expect(world.accounts()).toEqual(account ? [account] : []);
    expect(world.credentials()).toEqual([{ kind: "api-key", key: "AIza-example-0123456789new1" }]);
  });

  test("a new key that is refused, or another account's, changes nothing; --force takes one that could not be checked", async () => {
    const [old, taken, fresh] = ["old1", "tak1", "new1"].map((end) => `AIza-example-0123456789${end}`) as [
      string,
      string,
      string,
    ];
    const offline = { kind: "transient", cause: "network", status: 0, sentence: "connection refused" } as const;
    const types = ["1", old, "mine", "", "1", taken, "other", "", taken, "AIza-example-0123456789bad1", fresh, fresh];
    const isKnown = (key: string) => key === old || key === taken;
    const key = (given: string) =>
      isKnown(given) ? ({ kind: "valid" } as const) : ({ kind: "refused", outcome: offline } as const);
    const { run, seen, credentials } = loginCli({ types, key });
    await run("login");
    await run("login");
    expect(await run("login", "--account", "mine")).toBe(2);
    expect(seen.err).toContain("there already as other");
    expect(await run("login", "--account", "mine")).toBe(1);
    expect(seen.err).toContain("--force");
    expect(credentials()).toMatchObject([{ key: old }, { key: taken }]);
    expect(await run("login", "--account", "mine", "--force")).toBe(0);
    expect(credentials()).toMatchObject([{ key: fresh }, { key: taken }]);
    expect(await run("login", "--account", "mine", "--project", "p")).toBe(2);
  });

  test("through another client, where one is named", async () => {
    const { run, store, addClient, credentials } = loginCli({ lines: paste });
    await addClient();
    await run("login", "--backend", "vertex", "--project", "prod-9", "--label", "work", "--code", "-");
    await store.update([{ type: "set-client", name: "second", client: { id: "second.apps.example" } }]);
    expect(await run("login", "--account", "work", "--client", "second", "--code", "-")).toBe(0);
    expect(credentials()).toMatchObject([{ client: { id: "second.apps.example" } }]);
  });

  test("a seat of another program, which has no client: the person names one", async () => {
    const { run, store, accounts, credentials } = loginCli({ lines: paste });
    const account = aSeat({ id: "s1", label: "seat", subject: "1098" });
    const { client: _, ...credential } = aLogin({ subject: "1098" });
    await store.update([{ type: "add", account, credential }]);
    expect(await run("login", "--account", "seat", "--code", "-")).toBe(2);
    const through = ["--oauth-client", "gemini-cli", "--accept-terms", "--code", "-"];
    expect(await run("login", "--account", "seat", ...through)).toBe(0);
    expect(accounts().map(({ id }) => id)).toEqual(["s1"]);
    expect(credentials()).toMatchObject([{ client: { id: "installed.apps.example" } }]);
  });

  test("through Gemini CLI's client without a yes says with which option it is given", async () => {
    const { run, seen, store } = loginCli({ lines: paste });
    await store.update([
      { type: "add", account: aSeat({ label: "seat", subject: "1098" }), credential: aLogin({ subject: "1098" }) },
    ]);
    expect(await run("login", "--account", "seat", "--oauth-client", "gemini-cli", "--code", "-")).toBe(2);
    expect(seen.err).toContain("Google's terms do not allow");
    expect(seen.err).toContain("If so: --accept-terms");
  });

  test("by another way than it came in is exit 2", async () => {
    const { run, seen } = loginCli({ stdin: "AIza-example-0123456789old1" });
    await run("login", "--key", "-", "--label", "mine");
    expect(await run("login", "--account", "mine", "--seat")).toBe(2);
    expect(seen.err).toContain("the way the account came in");
  });
});
