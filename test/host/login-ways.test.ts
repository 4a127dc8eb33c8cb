import { afterEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { CALLER, GOOGLE, SEAT, VERTEX_LOGIN } from "../support/google-world";
import { keyFile, serviceAccount } from "../support/service-account";
import type { TerminalSession } from "../support/terminal";
import { agree, answer, clientJson, loginMachines, MARKER } from "./login-machine";

const { machine, cleanUp } = loginMachines();
afterEach(cleanUp);

const isLong = process.env["POOL_TEST_LONG"] === "1";
const VERTEX = "Vertex AI: Google login with your own OAuth client";

const PATIENCE = 600;

/** Waits for the drawn screen to have it, then answers; only a change is sent to the terminal, so the sent text may lack a letter. */
async function reply(session: TerminalSession, what: RegExp, text?: string): Promise<void> {
  for (let turn = 0; !what.test(session.screen()); turn++) {
    if (turn > PATIENCE) throw new Error(`the screen never showed ${what}:\n${session.screen()}`);
    await Bun.sleep(50);
  }
  if (text !== undefined) await session.types(`${text}\r`);
}

describe("opencode auth login", () => {
  test("a service account's file answers through Vertex AI, and still does after opencode auth logout", async () => {
    const { home, start, login, write, auth } = await machine([serviceAccount()]);
    const session = login("Vertex AI: service account file");
    await answer(session, /Key file of the service account/, await write("robot.json", keyFile()));
    await answer(session, /Google Cloud project/);
    await answer(session, /Location of Vertex AI/);
    await answer(session, /A name for it/, "robot");
    await session.sees(/Added robot[\s\S]*Login successful/);
    expect(await session.exited).toBe(0);
    expect((await auth()).google).toEqual(MARKER);
    expect(home.readAccounts().accounts).toMatchObject([{ label: "robot", backend: "vertex", project: "prod-9" }]);
    expect((await home.opencode(["run", "hello"])).stdout).toContain("Hello from robot");
    await start(["auth", "logout", "google"]).sees(/Logout successful/);
    expect((await auth()).google).toBeUndefined();
    expect((await home.opencode(["run", "hello"])).stdout).toContain("Hello from robot");
  });

  test("an own OAuth client without a browser here: what the shown address ends at is pasted, and a wrong paste is told", async () => {
    const { home, login, write, auth } = await machine([CALLER]);
    const asked = async (client: string) => {
      const session = login(VERTEX);
      await answer(session, /JSON file of your OAuth client/, client);
      await answer(session, /Google Cloud project/, VERTEX_LOGIN.project);
      await answer(session, /Location of Vertex AI/);
      await answer(session, /A name for it/, "mine");
      await session.sees(/paste the whole address[\s\S]*Paste the authorization code here/);
      return session;
    };
    const first = await asked(await write("client.json", clientJson(VERTEX_LOGIN.client)));
    await first.types(`${await agree(first.text())}\r`);
    await first.sees(/Login successful/);
    expect(await first.exited).toBe(0);
    expect((await auth()).google).toEqual(MARKER);
    expect(first.text()).not.toContain(VERTEX_LOGIN.client.secret);
    expect((await home.opencode(["run", "hello"])).stdout).toContain("Hello from caller");
    const second = await asked("");
    await second.types("nonsense!\r");
    await second.sees(/neither an address nor a code/);
    await second.exited;
    expect(home.readAccounts().accounts).toMatchObject([{ label: "mine" }]);
  });

  test("the Gemini CLI's client is not used without a yes to Google's terms", async () => {
    const { home, login, google } = await machine(GOOGLE.accounts);
    const session = login("Code Assist seat, with the OAuth client of the Gemini CLI");
    await answer(session, /Google's terms do not allow/);
    await session.sees(/Failed to authorize/);
    await session.exited;
    expect(google.log()).toEqual([]);
    expect(existsSync(home.accountsFile)).toBe(false);
  });
});

describe("/connect", () => {
  test.skipIf(!isLong)("has the same methods; a wrong paste is told and the next one may be right", async () => {
    const { home, start, write } = await machine([CALLER]);
    const session = start([]);
    await reply(session, /Ask anything/, "/connect");
    await reply(session, /Connect a provider/, "Google");
    await reply(session, /Select auth method[\s\S]*Gemini API key[\s\S]*Code Assist seat/, "Vertex AI: Google login");
    await reply(session, /JSON file of your OAuth client/, await write("client.json", clientJson(VERTEX_LOGIN.client)));
    await reply(session, /Google Cloud project/, VERTEX_LOGIN.project);
    await reply(session, /Location of Vertex AI/, "");
    await reply(session, /A name for it/, "mine");
    await reply(session, /Authorization code/);
    const end = await agree(session.screen());
    await session.types("nonsense!\r");
    await reply(session, /neither an address nor a code/);
    await session.types("\u0015");
    await session.types(`${end}\r`);
    await reply(session, /Added mine/);
    expect(home.readAccounts().accounts).toMatchObject([{ label: "mine", backend: "vertex" }]);
  });
});

describe("/login", () => {
  test("a Code Assist seat: the address is shown, the browser comes back, and the next message is answered", async () => {
    const { home, start, write } = await machine(GOOGLE.accounts);
    const session = start([]);
    await reply(session, /Ask anything/, "/login");
    await reply(session, /Add a Gemini account/, "seat, with my own");
    await reply(session, /JSON file of your OAuth client/, await write("client.json", clientJson(SEAT.client)));
    await reply(session, /project of the seat/, "");
    await reply(session, /Waiting for the browser/);
    expect((await fetch(await agree(session.screen()))).status).toBe(200);
    await reply(session, /Added/);
    await reply(session, /3\.8 Flash/, "hello");
    await reply(session, /Hello from seat/);
    expect(home.readAccounts().accounts).toMatchObject([{ backend: "code-assist", project: SEAT.project }]);
  });
});
