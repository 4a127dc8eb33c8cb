import { describe, expect, test } from "bun:test";
import type { ProbeResult } from "../../src/ports/upstream";
import { loginCli } from "./login-parts";

const KEY = "AIza-example-0123456789abcd";
const OTHER = "AIza-example-0123456789wxyz";
const MODELS = "In opencode, choose a google model with /models.\n";

const invalid: ProbeResult = {
  kind: "refused",
  fault: "invalid",
  outcome: { kind: "parked", state: "key-invalid", scope: "account", status: 400, sentence: "API key not valid." },
};
const wrongService: ProbeResult = { ...invalid, fault: "wrong-service" };
const offline: ProbeResult = {
  kind: "refused",
  outcome: { kind: "transient", cause: "network", status: 0, sentence: "connection refused" },
};

describe("keys in a script", () => {
  test("one from standard input is added, and that is said without it", async () => {
    const { run, seen, accounts } = loginCli({ stdin: `${KEY}\n` });
    expect(await run("login", "--key", "-", "--label", "side", "--project=side-1")).toBe(0);
    expect(seen).toMatchObject({ out: `Added side (key …abcd).\n${MODELS}`, err: "", closed: 1, prompts: [] });
    expect(accounts()).toMatchObject([{ label: "side", backend: "gemini-api", quotaProject: "side-1" }]);
  });

  test("several, one per line or with commas, none twice, each with its own line", async () => {
    const { run, seen, accounts } = loginCli({ stdin: `# mine\n${KEY},${OTHER}\r\n${KEY}\n` });
    expect(await run("login", "--key", "-", "--label", "side")).toBe(0);
    expect(seen.out).toContain("2 of 2 keys are in the pool.");
    expect(accounts().map(({ label }) => label)).toEqual(["side", "side 2"]);
  });

  test("from a file; one bad key among them is named by its place and fails the command, the others stay", async () => {
    const key = (given: string) => (given === OTHER ? invalid : { kind: "valid" as const });
    const { run, seen, accounts } = loginCli({ key, files: { "/home/me/keys.txt": `${KEY}\n${OTHER}\n` } });
    expect(await run("login", "--keys", "keys.txt")).toBe(1);
    expect(seen.out).toContain("Key 2: Google refused the key");
    expect(seen.out + seen.err).not.toMatch(/AIza-example/);
    expect(accounts()).toHaveLength(1);
    expect(await run("login", "--keys", "gone.txt")).toBe(1);
    expect(seen.err).toContain("cannot be read");
  });

  const ENV_FILES = [
    `GEMINI_API_KEY=${KEY}\nOPENAI_API_KEY=sk-example-planted\n`,
    `${KEY}\nDB_PASSWORD="planted,planted two"\n`,
    `${KEY}\nSIGNING_KEY="-----BEGIN PRIVATE KEY-----\nMIIplanted\n-----END PRIVATE KEY-----"\n`,
    `${KEY}\n-----BEGIN PRIVATE KEY-----\nMIIplanted\n-----END PRIVATE KEY-----\n`,
  ];
  test.each(ENV_FILES)("of a file with other secrets nothing is sent: %#", async (text) => {
    const sent: string[] = [];
    const key = (given: string) => {
      sent.push(given);
      return { kind: "valid" as const };
    };
    const { run, seen, accounts } = loginCli({ key, files: { "/home/me/.env": text } });
    expect(await run("login", "--keys", ".env")).toBe(2);
    expect(sent).toEqual([]);
    expect(accounts()).toEqual([]);
    expect(seen.err).toContain("gemini-pool import FILE");
    expect(seen.out + seen.err).not.toMatch(/planted|AIza/);
  });

  test("a name that looks like a key is refused before anything is sent, an e-mail is a name", async () => {
    const { run, seen, accounts } = loginCli({ stdin: KEY });
    expect(await run("login", "--key", "-", "--label", OTHER)).toBe(2);
    expect(seen.err).toContain("looks like a key");
    expect(seen.err).not.toContain(OTHER);
    expect(accounts()).toEqual([]);
    expect(await run("login", "--key", "-", "--label", "me@work.example")).toBe(0);
    expect(accounts()).toMatchObject([{ label: "me@work.example" }]);
  });

  test("one for express mode is asked about there", async () => {
    const { run, accounts } = loginCli({
      stdin: KEY,
      key: (_, backend) => (backend === "vertex" ? { kind: "valid" } : invalid),
    });
    expect(await run("login", "--key", "-", "--express")).toBe(0);
    expect(accounts()).toMatchObject([{ label: "express 1", backend: "vertex", credential: "api-key" }]);
  });

  test.each([
    [[], "vertex", "a key of Vertex AI's express mode"],
    [["--express"], "gemini-api", "a key of the Gemini API"],
  ])("one that is of the other service is added there: %j", async (options, works, words) => {
    const { run, seen, accounts } = loginCli({
      stdin: KEY,
      key: (_, backend) => (backend === works ? { kind: "valid" } : wrongService),
    });
    expect(await run("login", "--key", "-", ...options)).toBe(0);
    expect(seen.out).toContain(words);
    expect(accounts()).toMatchObject([{ backend: works }]);
  });

  test("what neither service takes is refused in the words of the one that was asked for", async () => {
    const { run, seen, accounts } = loginCli({
      stdin: KEY,
      key: (_, backend) =>
        backend === "vertex"
          ? invalid
          : { ...wrongService, outcome: { ...wrongService.outcome, sentence: "Not enabled." } as never },
    });
    expect(await run("login", "--key", "-")).toBe(1);
    expect(seen.err).toContain("Not enabled.");
    expect(accounts()).toEqual([]);
  });

  test("what is no key is exit 2, what Google refuses is exit 1", async () => {
    expect(await loginCli({ stdin: "" }).run("login", "--key", "-")).toBe(2);
    const { run, seen, accounts } = loginCli({ stdin: KEY, key: () => invalid });
    expect(await run("login", "--key", "-", "--force")).toBe(1);
    expect(seen.err).toContain("API key not valid.");
    expect(accounts()).toEqual([]);
  });

  test("without a network it names --force, and --force keeps the key", async () => {
    const careful = loginCli({ stdin: KEY, key: () => offline });
    expect(await careful.run("login", "--key", "-")).toBe(1);
    expect(careful.seen.err).toEndWith("connection refused. To keep it all the same: --force\n");
    const bold = loginCli({ stdin: KEY, key: () => offline });
    expect(await bold.run("login", "--key", "-", "--force")).toBe(0);
    expect(bold.accounts()).toHaveLength(1);
  });
});

describe("what cannot be meant is exit 2, with the option that is right", () => {
  test.each([
    [[], 'printf %s "$KEY" | gemini-pool login --key -'],
    [["--key", KEY], "can be read by others"],
    [["--code", "4/0Aexample-code", "--seat"], "--code takes - alone"],
    [["--key", "-", "--keys", "f"], "--key - or --keys FILE, not both"],
    [["--key", "-", "--code", "-"], "cannot both read standard input"],
    [["--key", "-", "--adc"], "--key and --adc are two ways in"],
    [["--seat", "--service-account", "f"], "--service-account and --seat are two ways in"],
    [["--key", "-", "--backend", "vertex"], "--express instead of --backend vertex"],
    [["--key", "-", "--backend", "gemini-api"], "A key needs no --backend"],
    [["--backend", "code-assist"], "--seat instead of --backend"],
    [["--backend", "vertx"], "--backend takes gemini-api or vertex"],
    [["--client", "mine"], "--client goes with --backend gemini-api, --backend vertex or --seat"],
    [["--key", "-", "--location", "eu"], "--location goes with --service-account, --adc or --backend vertex"],
    [["--express", "--project", "p"], "--project goes with --key"],
    [["--adc", "--no-browser"], "--no-browser goes with --backend or --seat"],
    [["--seat", "--accept-terms"], "--accept-terms goes with --oauth-client gemini-cli"],
    [["--oauth-client", "mine"], "For a client of your own: --client"],
    [["--oauth-client", "gemini-cli", "--client", "mine"], "two clients"],
    [["--account", "k1", "--label", "x"], "no --label"],
    [["--account", "nobody"], "There is no account of that id or name"],
    [["--backend", "vertex"], "--client NAME|FILE is needed"],
    [["--backend", "vertex", "--client", "mine"], "--project ID is needed"],
    [["--backend", "vertex", "--client", "nope", "--project", "p"], "no OAuth client of that name"],
    [["--backend", "vertex", "--client", "mine", "--project", "no such"], "not the id of a Google Cloud project"],
    [["--adc", "--location", "../x"], "not a location"],
    [["--adc"], "This machine has none."],
  ])("%j", async (options, words) => {
    const { run, seen, accounts, addClient } = loginCli({ stdin: KEY });
    if (options.includes("--client")) await addClient();
    expect(await run("login", ...options)).toBe(2);
    expect(seen.err).toContain(words);
    expect(seen.err).not.toMatch(/AIza-example|4\/0A/);
    expect(accounts()).toEqual([]);
  });
});
