import { afterEach, describe, expect, test } from "bun:test";
import { EXPRESS, EXPRESS_KEY } from "../support/google-world";
import { serviceAccount, userFile } from "../support/service-account";
import type { TerminalSession } from "../support/terminal";
import { agree, answer, clientJson, loginMachines, MARKER } from "./login-machine";

const { machine, cleanUp } = loginMachines();
afterEach(cleanUp);

const CLIENT = { id: "own-client.apps.example", secret: "own-client-secret" };
const ME = { label: "me", refreshToken: "1//example-me", project: "side-1", email: "me@work.example", client: CLIENT };
const SECRETS = /1\/\/example|ya29|4\/0Aexample|own-client-secret|GOCSPX|me@work/;

type Machine = Awaited<ReturnType<typeof machine>>;

/** The login has ended well, and the next prompt is answered by the account with this label of the emulator's. */
async function endsWell(session: TerminalSession, { home, auth }: Machine, label: string): Promise<void> {
  await session.sees(/Login successful/);
  expect(await session.exited).toBe(0);
  expect(session.text()).not.toMatch(SECRETS);
  expect((await auth()).google).toEqual(MARKER);
  expect((await home.opencode(["run", "hello"])).stdout).toContain(`Hello from ${label}`);
}

describe("from an empty machine through opencode auth login to an answer", () => {
  test("a key of Vertex AI's express mode", async () => {
    const made = await machine([EXPRESS]);
    const session = made.login("Vertex AI: API key of express mode");
    await answer(session, /API key of Vertex AI's express mode/, EXPRESS_KEY);
    await answer(session, /A name for it/, "fast");
    await endsWell(session, made, "express");
    expect(made.home.readAccounts().accounts).toMatchObject([{ label: "fast", backend: "vertex" }]);
  });

  test("application default credentials of a person, with a project of theirs", async () => {
    const made = await machine([{ ...ME, label: "caller", refreshToken: "1//example-refresh", project: "prod-9" }]);
    await made.write(".config/gcloud/application_default_credentials.json", userFile());
    const session = made.login("Vertex AI: application default credentials");
    await answer(session, /Google Cloud project/, "prod-9");
    await answer(session, /Location of Vertex AI/);
    await answer(session, /A name for it/, "gcloud");
    await endsWell(session, made, "caller");
    expect(made.home.readAccounts().accounts).toMatchObject([{ credential: { kind: "adc" }, project: "prod-9" }]);
  });

  test("application default credentials of a machine of Google's, which names its project itself", async () => {
    const made = await machine([serviceAccount({ isMachine: true })]);
    made.home.env["GCE_METADATA_HOST"] = new URL(made.google.url).host;
    const session = made.login("Vertex AI: application default credentials");
    await answer(session, /Google Cloud project/);
    await answer(session, /Location of Vertex AI/);
    await answer(session, /A name for it/);
    await endsWell(session, made, "robot");
    expect(made.home.readAccounts().accounts).toMatchObject([{ credential: { kind: "adc" }, project: "prod-9" }]);
  });

  test("a Google account through an own client, for the Gemini API", async () => {
    const made = await machine([ME]);
    const session = made.login("Gemini API: Google login with your own OAuth client");
    await answer(session, /JSON file of your OAuth client/, await made.write("client.json", clientJson(CLIENT)));
    await answer(session, /Google Cloud project/, "side-1");
    await answer(session, /A name for it/, "mine");
    await session.sees(/Paste the authorization code here/);
    await session.types(`${await agree(session.text())}\r`);
    await endsWell(session, made, "me");
    expect(made.home.readAccounts().accounts).toMatchObject([
      { label: "mine", backend: "gemini-api", quotaProject: "side-1" },
    ]);
  });

  test("a Code Assist seat through the client of an installed Gemini CLI, after a yes to what Google says of it", async () => {
    const client = { id: "123456-example.apps.googleusercontent.com", secret: "GOCSPX-example-secret" };
    const made = await machine([{ ...ME, client }]);
    const installed = ".bun/install/global/node_modules/@google/gemini-cli";
    const bin = { name: "@google/gemini-cli", bin: { gemini: "bundle/gemini.js" } };
    await made.write(`${installed}/package.json`, JSON.stringify(bin));
    await made.write(`${installed}/bundle/gemini.js`, `const ID = "${client.id}"; const SECRET = "${client.secret}";`);
    const session = made.login("Code Assist seat, with the OAuth client of the Gemini CLI");
    await session.sees(/Google's terms do not allow/);
    await session.types("\u001b[B\r");
    await answer(session, /project of the seat/);
    await answer(session, /A name for it/, "seat");
    await session.sees(/Paste the authorization code here/);
    await session.types(`${await agree(session.text())}\r`);
    await endsWell(session, made, "me");
    expect(made.home.readAccounts().accounts).toMatchObject([{ label: "seat", backend: "code-assist" }]);
  });
});
