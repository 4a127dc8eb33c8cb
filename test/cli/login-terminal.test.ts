import { describe, expect, test } from "bun:test";
import { CLIENT_FILE, loginCli } from "./login-parts";

const KEY = "AIza-example-0123456789abcd";

describe("a person at a terminal", () => {
  test("chooses from a menu that fits 80 columns: the usual first, what Google does not allow last", async () => {
    const { run, seen } = loginCli({ types: [] });
    expect(await run("login")).toBe(1);
    const lines = seen.err.split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const titles = lines.filter((line) => /^ {2}\d/.test(line));
    expect(titles).toHaveLength(8);
    expect(titles[0]).toContain("API key");
    expect(titles[7]).toContain("Gemini CLI");
    expect(lines.at(-2)).toBe("gemini-pool login: Given up: no account was stored.");
  });

  test("Enter is the first way: a key, a name, a project; what may be left out may", async () => {
    const { run, seen, accounts } = loginCli({ types: ["", KEY, "", ""] });
    expect(await run("login")).toBe(0);
    expect(seen.prompts[1]).toContain("not shown");
    expect(accounts()).toMatchObject([{ label: "key 1" }]);
  });

  test("is asked again until an answer fits, and told why", async () => {
    const types = ["nine", "0", "5", "gone.json", "web.json", "c.json", "", "my project", "side-1", "{paste}"];
    const web = JSON.stringify({ web: { client_id: "x", client_secret: "y" } });
    const files = { "/home/me/c.json": CLIENT_FILE, "/home/me/web.json": web };
    const { run, seen, accounts } = loginCli({ types, files });
    expect(await run("login")).toBe(0);
    for (const words of [
      "number from 1 to 8",
      "no such file",
      "Web application",
      "answer is needed",
      "letters, digits",
    ])
      expect(seen.err).toContain(words);
    expect(accounts()).toMatchObject([{ backend: "gemini-api", quotaProject: "side-1" }]);
  });

  test("is not asked for the one client there is, and chooses among several by number", async () => {
    const one = loginCli({ types: ["7", "", "{paste}"] });
    await one.addClient();
    expect(await one.run("login")).toBe(0);
    const two = loginCli({ types: ["7", "2", "", "{paste}"] });
    await two.addClient();
    await two.store.update([{ type: "set-client", name: "second", client: { id: "second.apps.example" } }]);
    expect(await two.run("login")).toBe(0);
    expect(two.credentials()).toMatchObject([{ client: { id: "second.apps.example" } }]);
  });

  test("a no to the terms ends it: no browser, nothing stored", async () => {
    const { run, seen, accounts } = loginCli({ types: ["8", "no"], opens: true });
    expect(await run("login")).toBe(1);
    expect(seen.opened).toEqual([]);
    expect(accounts()).toEqual([]);
  });

  test("giving up while the browser is waited for stores nothing", async () => {
    const { run, seen, accounts, addClient } = loginCli({ types: ["7", ""] });
    await addClient();
    expect(await run("login")).toBe(1);
    expect(seen.err).toContain("Given up: no account was stored.");
    expect(accounts()).toEqual([]);
  });

  test("a key that was pasted as the name is not taken: the name is asked for again", async () => {
    const { run, seen, accounts } = loginCli({ types: ["", KEY, `${KEY}2`, "mine", ""] });
    expect(await run("login")).toBe(0);
    expect(seen.err).toContain("looks like a key");
    expect(accounts()).toMatchObject([{ label: "mine" }]);
  });

  test("with options is asked only for what must be known", async () => {
    const { run, seen, accounts } = loginCli({ types: [KEY] });
    expect(await run("login", "--express", "--label", "mine")).toBe(0);
    expect(seen.prompts).toHaveLength(1);
    expect(accounts()).toMatchObject([{ label: "mine", backend: "vertex" }]);
  });

  test("an option that does not go with the way that was chosen is told", async () => {
    const { run, seen } = loginCli({ types: ["2"] });
    expect(await run("login", "--no-browser")).toBe(2);
    expect(seen.err).toContain("--no-browser goes with --backend or --seat");
  });
});

describe("what lies on this machine", () => {
  test("a service account is added with its project, and its first call is made", async () => {
    const { run, accounts } = loginCli({});
    expect(await run("login", "--service-account", "robot.json", "--location", "europe-west4")).toBe(0);
    expect(accounts()).toMatchObject([
      { backend: "vertex", credential: "service-account", project: "prod-9", location: "europe-west4" },
    ]);
  });

  test("a file that is none is told before anything is stored, exit 2", async () => {
    const keyFile = { kind: "unsupported", sentence: "That is no key file." } as const;
    const { run, seen, accounts } = loginCli({ keyFile });
    expect(await run("login", "--service-account", "robot.json")).toBe(2);
    expect(seen.err).toContain("That is no key file.");
    expect(accounts()).toEqual([]);
  });

  test("an account whose calls Google refuses is stored, told, and exit 1", async () => {
    const outcome = {
      kind: "parked",
      state: "project-disabled",
      scope: "project",
      status: 403,
      sentence: "Not on.",
    } as const;
    const { run, seen, accounts } = loginCli({ first: { kind: "refused", outcome } });
    expect(await run("login", "--service-account", "robot.json")).toBe(1);
    expect(seen.out).toContain("its calls are refused: Not on.");
    expect(seen.out).toContain(`gemini-pool verify ${accounts()[0]?.id}`);
  });

  test("credentials without a project: asked for at a terminal, named in a script", async () => {
    const adc = { kind: "user", sentence: "A person's login." } as const;
    const asked = loginCli({ adc, types: ["4", "", "prod-9"] });
    expect(await asked.run("login")).toBe(0);
    expect(asked.accounts()).toMatchObject([{ credential: "adc", project: "prod-9", location: "global" }]);
    const script = loginCli({ adc });
    expect(await script.run("login", "--adc")).toBe(2);
    expect(script.seen.err).toContain("project is needed");
    expect(await script.run("login", "--adc", "--project", "prod-9")).toBe(0);
  });
});
