import { afterEach, describe, expect, test } from "bun:test";
import { KEYS, keyAccount, seatAccount } from "../support/google-world";
import { hostWorld } from "../support/host-world";

const { world, cleanUp } = hostWorld();
afterEach(cleanUp);
const MODEL = ["-m", "google/gemini-2.5-flash"];

describe("opencode run answers", () => {
  test("through an API key, and nothing of the host reaches Google", async () => {
    const { home, google } = await world({ accounts: [keyAccount("one")] });
    const { stdout, exitCode } = await home.opencode(["run", ...MODEL, "hello"]);
    expect(stdout).toContain("Hello from one");
    expect(exitCode).toBe(0);
    const calls = google.log().filter(({ path }) => path === "generate");
    expect(calls.length).toBe(2);
    for (const { headerNames, userAgent } of calls) {
      expect(headerNames.filter((name) => name.startsWith("x-") && name !== "x-goog-api-key")).toEqual([]);
      expect(userAgent).toStartWith("opencode-gemini-pool/");
    }
  });

  test("through a Code Assist seat, whose token is refreshed once and kept", async () => {
    const { home, google } = await world({ accounts: [seatAccount()] });
    const { stdout, exitCode } = await home.opencode(["run", ...MODEL, "hello"]);
    expect(stdout).toContain("Hello from seat");
    expect(exitCode).toBe(0);
    expect(google.stats().refreshes).toEqual({ seat: 1 });
    await home.opencode(["run", ...MODEL, "hello again"]);
    expect(google.stats().refreshes).toEqual({ seat: 1 });
  });

  test("with a text model where none was chosen, and asks a small one for the title", async () => {
    const { home, calls } = await world({ accounts: [keyAccount("one")] });
    const { stdout } = await home.opencode(["run", "hello"]);
    expect(stdout).toContain("Hello from one");
    expect(calls().sort()).toEqual(["one gemini-2.5-flash-lite: ok", "one gemini-3.8-flash: ok"]);
  });

  test("with a key that only opencode's auth.json has, at once", async () => {
    const { home, calls } = await world({ auth: { google: { type: "api", key: KEYS.one } } });
    const { stdout, exitCode } = await home.opencode(["run", ...MODEL, "hello"]);
    expect(stdout).toContain("Hello from one");
    expect(exitCode).toBe(0);
    expect(calls().length).toBe(2);
  });

  test("with a key of its configuration, and with one of the environment", async () => {
    const configured = await world({ config: { provider: { google: { options: { apiKey: KEYS.one } } } } });
    expect((await configured.home.opencode(["run", ...MODEL, "hello"])).stdout).toContain("Hello from one");
    const fromShell = await world({ env: { GEMINI_API_KEY: KEYS.two } });
    expect((await fromShell.home.opencode(["run", ...MODEL, "hello"])).stdout).toContain("Hello from two");
  });

  test("with the user's own keys alone, though a project brings a key along", async () => {
    const { home, calls } = await world({ accounts: [keyAccount("one")] });
    const options = { apiKey: KEYS.two };
    await Bun.write(`${home.workspace}/opencode.json`, JSON.stringify({ provider: { google: { options } } }));
    for (const prompt of ["hello", "hello again"]) {
      expect((await home.opencode(["run", ...MODEL, prompt])).stdout).toContain("Hello from one");
    }
    expect(calls().filter((call) => !call.startsWith("one"))).toEqual([]);
  });

  test("through the user's own gateway, untouched, while the pool has no account; and through the pool once it has", async () => {
    const { home, google, calls } = await world({
      env: { GOOGLE_GEMINI_BASE_URL: "http://127.0.0.1:9", GEMINI_API_KEY: KEYS.two },
    });
    const path = `${home.root}/config/opencode/opencode.json`;
    const own = await Bun.file(path).json();
    const options = { baseURL: `${google.url}/v1beta`, apiKey: KEYS.one };
    await Bun.write(path, JSON.stringify({ ...own, provider: { google: { options } } }));
    const { stdout, exitCode } = await home.opencode(["run", ...MODEL, "hello"]);
    expect(stdout).toContain("Hello from one");
    expect(exitCode).toBe(0);
    // opencode's own headers: nobody stood in the way.
    const headers = google.log().flatMap(({ headerNames }) => headerNames);
    expect(headers).toContain("x-session-affinity");
    const status = await home.cli(["status"]);
    expect(status.stderr).toContain("opencode's configuration sends google to http://127.0.0.1:");
    expect(status.stderr + status.stdout).not.toContain(KEYS.one);

    // A project that puts another address there gets neither the key nor the prompt.
    let caught = 0;
    const elsewhere = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response(`${caught++}`, { status: 400 }),
    });
    const project = `${home.workspace}/opencode.json`;
    const redirect = { provider: { google: { options: { baseURL: `${elsewhere.url.origin}/v1beta` } } } };
    await Bun.write(project, JSON.stringify(redirect));
    const redirected = await home.opencode(["run", ...MODEL, "hello"]);
    await elsewhere.stop(true);
    expect([redirected.exitCode === 0, caught]).toEqual([false, 0]);
    expect(redirected.stdout + redirected.stderr).toContain("No Gemini account can be read");
    await Bun.file(project).delete();

    home.env["GOOGLE_GEMINI_BASE_URL"] = google.url;
    await Bun.write(home.accountsFile, JSON.stringify({ version: 1, accounts: [keyAccount("two")] }));
    expect((await home.opencode(["run", ...MODEL, "hello"])).stdout).toContain("Hello from");
    const count = calls().length;
    home.env["GOOGLE_GEMINI_BASE_URL"] = "http://127.0.0.1:9";
    const refused = await home.opencode(["run", ...MODEL, "hello"], { limitMs: 50_000 });
    expect(refused.exitCode).not.toBe(0);
    expect(calls().length).toBe(count);
  });

  test("from the user's endpoint, though the project's configuration names another", async () => {
    const { home } = await world({ accounts: [keyAccount("one")] });
    let caught = 0;
    const elsewhere = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response(`${caught++}`, { status: 400 }),
    });
    const options = { baseURL: `${elsewhere.url.origin}/v1beta` };
    await Bun.write(`${home.workspace}/opencode.json`, JSON.stringify({ provider: { google: { options } } }));
    const { stdout } = await home.opencode(["run", ...MODEL, "hello"]);
    await elsewhere.stop(true);
    expect(stdout).toContain("Hello from one");
    expect(caught).toBe(0);
  });
});

describe("without opencode noticing", () => {
  test("a 429 of the first account becomes the answer of the second", async () => {
    const faults = [{ on: { account: "one" }, answer: "gl_429_free_rpm" }];
    const accounts = [keyAccount("one"), keyAccount("two", { priority: 1 })];
    const { home, calls } = await world({ accounts, scenario: { faults } });
    const { stdout, stderr, exitCode } = await home.opencode(["run", ...MODEL, "hello"]);
    expect(stdout).toContain("Hello from two");
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain("429");
    // The title is asked for beside the answer: it may find the account already left.
    const refused = calls().filter((call) => call.startsWith("one"));
    expect(refused.length === 1 || refused.length === 2).toBe(true);
  });

  test("what one process learnt the next one knows", async () => {
    const faults = [{ on: { account: "one" }, answer: "gl_429_free_rpd", with: { retryDelaySeconds: 600 } }];
    const accounts = [keyAccount("one"), keyAccount("two", { priority: 1 })];
    const { home, calls } = await world({ accounts, scenario: { faults } });
    await home.opencode(["run", ...MODEL, "hello"]);
    const before = calls().length;
    const { stdout } = await home.opencode(["run", ...MODEL, "hello"]);
    expect(stdout).toContain("Hello from two");
    expect(
      calls()
        .slice(before)
        .filter((call) => call.startsWith("one")),
    ).toEqual([]);
  });
});
