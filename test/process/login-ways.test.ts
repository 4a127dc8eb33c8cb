import { afterEach, describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { returnedTo, show } from "../enrol/login-world";
import { EXPRESS, EXPRESS_KEY, KEYS } from "../support/google-world";
import { REPOSITORY } from "../support/opencode-home";
import { keyFile, serviceAccount, userFile } from "../support/service-account";
import { cliLogins } from "./login-world";

const { machine, cleanUp } = cliLogins();
afterEach(cleanUp);
const LIMIT_MS = 120_000;

const CLIENT = { id: "own-client.apps.example", secret: "own-client-secret" };
const CLIENT_FILE = JSON.stringify({
  installed: { client_id: CLIENT.id, client_secret: CLIENT.secret, project_id: "my-cloud" },
});
const ME = { label: "me", refreshToken: "1//example-me", project: "side-1", email: "me@work.example", client: CLIENT };
const SECRETS = /1\/\/example|ya29|4\/0Aexample|own-client-secret|me@work|PRIVATE KEY/;

type Machine = Awaited<ReturnType<typeof machine>>;

/** A call is answered by the account with this label of the emulator's. */
async function answeredBy(label: string, { ask, home }: Machine) {
  const answer = await ask();
  expect(answer).toStartWith("200 ");
  expect(answer).toContain(`Hello from ${label} `);
  expect(statSync(home.accountsFile).mode & 0o777).toBe(0o600);
}

describe("from an empty machine to an answer", () => {
  test(
    "keys of the Gemini API, several at once",
    async () => {
      const made = await machine([
        { label: "one", key: KEYS.one },
        { label: "two", key: KEYS.two },
      ]);
      const { exitCode, stdout, stderr } = await made.home.cli(["login", "--key", "-"], `${KEYS.one}\n${KEYS.two}\n`);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toContain("2 of 2 keys are in the pool.");
      expect(stdout).not.toContain("AIza");
      await answeredBy("one", made);
    },
    LIMIT_MS,
  );

  test(
    "a key of express mode, also where it was given as one of the Gemini API",
    async () => {
      for (const args of [["--express"], []]) {
        const made = await machine([EXPRESS]);
        const { stdout, exitCode } = await made.home.cli(["login", "--key", "-", ...args], EXPRESS_KEY);
        expect({ stdout, exitCode }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Added express 1") });
        await answeredBy("express", made);
      }
    },
    LIMIT_MS,
  );

  test(
    "a service account",
    async () => {
      const made = await machine([serviceAccount()]);
      const file = await made.write("robot.json", keyFile());
      const login = await made.home.cli(["login", "--service-account", file, "--label", "robot"]);
      expect(login).toMatchObject({ exitCode: 0, stderr: "" });
      expect(login.stdout).toContain("Added robot.");
      expect(login.stdout).not.toMatch(SECRETS);
      await answeredBy("robot", made);
    },
    LIMIT_MS,
  );

  test(
    "application default credentials of a person",
    async () => {
      const made = await machine([{ ...ME, label: "caller", refreshToken: "1//example-refresh", project: "prod-9" }]);
      await made.write(".config/gcloud/application_default_credentials.json", userFile());
      const login = await made.home.cli(["login", "--adc", "--project", "prod-9"]);
      expect(login).toMatchObject({ exitCode: 0, stderr: "" });
      expect(login.stdout).not.toMatch(SECRETS);
      made.home.env["GOOGLE_CLOUD_PROJECT"] = "prod-9";
      await answeredBy("caller", made);
    },
    LIMIT_MS,
  );

  test(
    "application default credentials of a machine of Google's",
    async () => {
      const made = await machine([serviceAccount({ isMachine: true })]);
      made.home.env["GCE_METADATA_HOST"] = new URL(made.google.url).host;
      expect(await made.home.cli(["login", "--adc"])).toMatchObject({ exitCode: 0, stderr: "" });
      expect(made.home.readAccounts().accounts).toMatchObject([{ backend: "vertex", project: "prod-9" }]);
      await answeredBy("robot", made);
    },
    LIMIT_MS,
  );

  test(
    "a Code Assist seat through the client of an installed Gemini CLI",
    async () => {
      const client = { id: "123456-example.apps.googleusercontent.com", secret: "GOCSPX-example-secret" };
      const made = await machine([{ ...ME, client }]);
      const home = ".bun/install/global/node_modules/@google/gemini-cli";
      await made.write(
        `${home}/package.json`,
        JSON.stringify({ name: "@google/gemini-cli", bin: { gemini: "bundle/gemini.js" } }),
      );
      await made.write(
        `${home}/bundle/gemini.js`,
        `const ID = "${client.id}"; const CLIENT_SECRET = "${client.secret}";`,
      );
      const login = await made.begin("--seat", "--oauth-client", "gemini-cli", "--accept-terms");
      await login.agree();
      const { exitCode, stdout, stderr } = await login.end();
      expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Its seat") });
      expect(stdout + stderr).not.toMatch(/GOCSPX|1\/\/example|ya29/);
      await answeredBy("me", made);
    },
    LIMIT_MS,
  );

  for (const backend of ["gemini-api", "vertex"])
    test(
      `a Google account through an own client, for ${backend}`,
      async () => {
        const made = await machine([ME]);
        const file = await made.write("client.json", CLIENT_FILE);
        expect(await made.home.cli(["oauth-client", "add", file])).toMatchObject({ exitCode: 0, stderr: "" });
        const login = await made.begin("--backend", backend, "--client", "my-cloud", "--project", "side-1");
        expect(await login.agree()).toMatchObject({ status: 200 });
        const { exitCode, stdout, stderr } = await login.end();
        expect({ exitCode, stdout, stderr }).toMatchObject({
          exitCode: 0,
          stdout: expect.stringContaining("Added m…@work"),
        });
        expect(stdout + stderr).not.toMatch(SECRETS);
        await answeredBy("me", made);
      },
      LIMIT_MS,
    );

  test(
    "a Google account through an own client that stands in the options",
    async () => {
      const made = await machine([ME]);
      const options = `${made.home.root}/config/opencode/gemini-pool.jsonc`;
      const oauthClients = [{ name: "mine", ...CLIENT }];
      await Bun.write(options, JSON.stringify({ ...JSON.parse(await Bun.file(options).text()), oauthClients }));
      expect((await made.home.cli(["oauth-client", "list"])).stdout).toBe(`mine  ${CLIENT.id}\n`);
      const login = await made.begin("--backend", "gemini-api", "--project", "side-1");
      expect(await login.agree()).toMatchObject({ status: 200 });
      expect(await login.end()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Added m…@work") });
      await answeredBy("me", made);
    },
    LIMIT_MS,
  );

  test(
    "a Code Assist seat, its address pasted as it comes out of a chat",
    async () => {
      const made = await machine([ME]);
      const file = await made.write("client.json", CLIENT_FILE);
      const login = await made.begin("--seat", "--client", file, "--code", "-");
      await login.paste((address) => `"${address}"`);
      const { exitCode, stdout, stderr } = await login.end();
      expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Its seat") });
      expect(stdout + stderr).not.toMatch(SECRETS);
      await answeredBy("me", made);
    },
    LIMIT_MS,
  );
});

describe("without any login", () => {
  test(
    "a seat of the environment that names no project is used where it is asked for, and its project is found",
    async () => {
      const made = await machine([ME]);
      const options = `${made.home.root}/config/opencode/gemini-pool.jsonc`;
      await Bun.write(
        options,
        JSON.stringify({ ...JSON.parse(await Bun.file(options).text()), env: ["GEMINI_CLI_1"] }),
      );
      made.home.env["GEMINI_CLI_1_REFRESH_TOKEN"] = ME.refreshToken;
      made.home.env["GEMINI_CLI_1_CLIENT_ID"] = CLIENT.id;
      made.home.env["GEMINI_CLI_1_CLIENT_SECRET"] = CLIENT.secret;
      const answer = await made.ask();
      expect(answer).toStartWith("200 ");
      expect(answer).toContain("Hello from me ");
      expect(made.google.stats().byPath["load"]).toBe(1);
      const { stdout } = await made.home.cli(["status"]);
      expect(stdout).toContain("1 of 1 account can answer");
      expect(stdout).not.toMatch(SECRETS);
    },
    LIMIT_MS,
  );
});

describe("a person at a real terminal", () => {
  test(
    "goes from the menu through the browser to an answer; the address is one line",
    async () => {
      const made = await machine([ME]);
      const file = await made.write("client.json", CLIENT_FILE);
      const session = made.sits("login");
      await session.sees(/gives up\)/);
      session.types("5\r");
      await session.sees(/auth\/clients/);
      session.types(`${file}\r`);
      await session.sees(/whose quota/);
      session.types("side-1\r");
      await session.sees(/then Enter/);
      expect((await show(await returnedTo(session.url()))).status).toBe(200);
      expect(await session.exited).toBe(0);
      expect(session.text()).toContain("Added m…@work.example.");
      expect(session.text()).not.toMatch(SECRETS);
      await answeredBy("me", made);
    },
    LIMIT_MS,
  );

  test(
    "pastes what the browser ended on, unseen; or gives up with Ctrl+C and nothing is stored",
    async () => {
      const made = await machine([ME]);
      const file = await made.write("client.json", CLIENT_FILE);
      const first = made.sits("login", "--seat", "--client", file);
      await first.sees(/then Enter/);
      first.types("\u0003");
      expect(await first.exited).toBe(1);
      expect(first.text()).toContain("Given up: no account was stored.");
      expect(made.home.readAccounts().accounts).toEqual([]);
      const second = made.sits("login", "--seat");
      await second.sees(/then Enter/);
      second.types(`\u001b[200~${await returnedTo(second.url())}\u001b[201~`);
      await second.sees(/pasted, not shown/);
      second.types("\r");
      expect(await second.exited).toBe(0);
      expect(second.text()).not.toMatch(SECRETS);
      expect(made.home.readAccounts().accounts).toHaveLength(1);
    },
    LIMIT_MS,
  );
});

describe("a login in a script", () => {
  test(
    "that the person refuses in the browser stores nothing, exit 1; the page says so too",
    async () => {
      const made = await machine([ME], { oauth: { consent: { says: "no" } } });
      const file = await made.write("client.json", CLIENT_FILE);
      const login = await made.begin("--seat", "--client", file);
      expect((await login.agree()).status).not.toBe(200);
      expect(await login.end()).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("denied") });
      expect(made.home.readAccounts().accounts).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    "that is interrupted stores nothing, and one whose input ends gives up",
    async () => {
      const made = await machine([ME]);
      const file = await made.write("client.json", CLIENT_FILE);
      const waiting = await made.begin("--seat", "--client", file);
      waiting.interrupt();
      expect((await waiting.end()).exitCode).not.toBe(0);
      const ended = await made.begin("--seat", "--code", "-");
      ended.hangUp();
      expect(await ended.end()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("ended without") });
      expect(made.home.readAccounts().accounts).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    "keys come from a file that is standard input, too",
    async () => {
      const made = await machine([{ label: "one", key: KEYS.one }]);
      const keys = await made.write("keys.txt", `${KEYS.one}\n`);
      const { env, workspace: cwd } = made.home;
      const child = Bun.spawn([`${REPOSITORY}/bin/gemini-pool`, "login", "--key", "-"], {
        env,
        cwd,
        stdin: Bun.file(keys),
      });
      expect(await child.exited).toBe(0);
      expect(made.home.readAccounts().accounts).toHaveLength(1);
    },
    LIMIT_MS,
  );
});
