import { join } from "node:path";
import type { GOOGLE } from "../support/google-world";
import { hostWorld } from "../support/host-world";
import { openTerminal, type TerminalSession } from "../support/terminal";

/** What opencode's auth.json has for a pool that took the provider over. */
export const MARKER = { type: "oauth", refresh: "gemini-pool", access: "gemini-pool", expires: 0 };

type Person = (typeof GOOGLE.accounts)[number];

/** Empty machines on which somebody sits before opencode, for one test file. */
export function loginMachines() {
  const { world, cleanUp } = hostWorld();
  const sessions: TerminalSession[] = [];

  /** An empty machine before a Google that knows these. */
  async function machine(accounts: readonly Person[], env: Record<string, string> = {}) {
    const made = await world({ scenario: { accounts: [...accounts] }, env });
    const { home, google } = made;
    home.env["GOOGLE_VERTEX_BASE_URL"] = google.url;
    const endpoints = {
      oauthAuthorize: `${google.url}/o/oauth2/v2/auth`,
      oauthToken: `${google.url}/token`,
      userinfo: `${google.url}/oauth2/v2/userinfo`,
    };
    await Bun.write(`${home.root}/config/opencode/gemini-pool.jsonc`, JSON.stringify({ endpoints }));
    const start = (args: readonly string[]) => {
      const session = openTerminal(home, args);
      sessions.push(session);
      return session;
    };
    return {
      ...made,
      start,
      write: async (name: string, text: string) => {
        await Bun.write(join(home.root, name), text);
        return `~/${name}`;
      },
      login: (method: string) => start(["auth", "login", "--provider", "google", "--method", method]),
      auth: async () => JSON.parse(await Bun.file(`${home.root}/data/opencode/auth.json`).text()),
    };
  }

  return {
    machine,
    async cleanUp() {
      for (const session of sessions.splice(0)) await session.stop();
      await cleanUp();
    },
  };
}

/** The file of a desktop client from the Cloud console. */
export const clientJson = ({ id, secret }: { id: string; secret: string }) =>
  JSON.stringify({ installed: { client_id: id, client_secret: secret } });

/** Answers a prompt once it is there. */
export async function answer(session: TerminalSession, prompt: RegExp, text = ""): Promise<void> {
  await session.sees(prompt);
  await session.types(`${text}\r`);
}

/** The address on a screen: perhaps in a box, broken into lines that begin below each other. */
function addressOn(shown: string): string {
  const lines = shown.split("\n");
  const first = lines.findIndex((line) => line.includes("/o/oauth2/v2/auth?"));
  const column = lines[first]?.indexOf("http") ?? 0;
  const rest = lines.slice(first).map((line) => line.slice(column).split(/\s/)[0]);
  return /^.*?code_challenge_method=S256/.exec(rest.join(""))?.[0] ?? "";
}

/** Agrees at the address that is shown; where the browser would go then. */
export async function agree(shown: string): Promise<string> {
  const response = await fetch(addressOn(shown), { redirect: "manual" });
  return response.headers.get("location") ?? "";
}
