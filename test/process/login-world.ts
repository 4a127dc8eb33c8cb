import { join } from "node:path";
import type { Scenario } from "../emulator/scenario";
import { returnedTo, show } from "../enrol/login-world";
import { hostWorld } from "../support/host-world";
import { REPOSITORY } from "../support/opencode-home";

/** An empty home whose every address is the emulator's, and the command line in it. */
export function cliLogins() {
  const { world, cleanUp } = hostWorld();
  return {
    cleanUp,
    async machine(accounts: Scenario["accounts"], more: Partial<Scenario> = {}) {
      const made = await world({ scenario: { accounts, ...more } });
      const { home, google } = made;
      const endpoints = {
        geminiApi: google.url,
        vertex: google.url,
        codeAssist: google.url,
        oauthAuthorize: `${google.url}/o/oauth2/v2/auth`,
        oauthToken: `${google.url}/token`,
        userinfo: `${google.url}/oauth2/v2/userinfo`,
      };
      await Bun.write(`${home.root}/config/opencode/gemini-pool.jsonc`, JSON.stringify({ endpoints }));
      const { GOOGLE_GEMINI_BASE_URL: _, CODE_ASSIST_ENDPOINT: __, ...env } = home.env;
      // No browser of whoever runs this: the test is the browser.
      home.env = { ...env, SSH_CONNECTION: "10.0.0.1 50000 10.0.0.2 22" };
      const write = async (name: string, text: string) => {
        await Bun.write(join(home.root, name), text);
        return join(home.root, name);
      };
      const sits = (...args: string[]) => sitsAt(home, args);
      return {
        ...made,
        write,
        sits,
        ask: () => ask(home.env, home.workspace),
        begin: (...args: string[]) => begin(home, args),
      };
    },
  };
}

const PROGRAM = `
  const { openGeminiPool } = await import("${REPOSITORY}/src/api.ts");
  const pool = openGeminiPool();
  const url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";
  const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text: "hello" }] }] });
  const answer = await pool.fetch(url, { method: "POST", body });
  console.log(answer.status, await answer.text());
  pool.close();
`;

/** One call of a program through the pool. */
async function ask(env: Record<string, string>, cwd: string): Promise<string> {
  const child = Bun.spawn([process.execPath, "-e", PROGRAM], { env, cwd, stdout: "pipe", stderr: "pipe" });
  return `${await new Response(child.stdout).text()}${await new Response(child.stderr).text()}`;
}

const ADDRESS = /^http:\/\/127\.0\.0\.1:\d+\/o\/oauth2\S+$/m;

/** A login under way in a process of its own. */
async function begin(home: { env: Record<string, string>; workspace: string }, args: readonly string[]) {
  const child = Bun.spawn([join(REPOSITORY, "bin/gemini-pool"), "login", ...args], {
    cwd: home.workspace,
    env: home.env,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [reader, decoder] = [child.stderr.getReader(), new TextDecoder()];
  let stderr = "";
  const out = new Response(child.stdout).text();
  while (!ADDRESS.test(stderr.slice(0, stderr.lastIndexOf("\n") + 1))) {
    const { done, value } = await reader.read();
    if (done) break;
    stderr += decoder.decode(value, { stream: true });
  }
  const url = ADDRESS.exec(stderr)?.[0] ?? "";
  const end = async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      stderr += decoder.decode(next.value, { stream: true });
    return { exitCode: await child.exited, stdout: await out, stderr };
  };
  return {
    url,
    /** Agrees in the browser, which goes back to the listener. */
    agree: async () => show(await returnedTo(url)),
    /** Agrees, and gives the address to the process instead. */
    async paste(mark = (address: string) => address) {
      child.stdin.write(`${mark(await returnedTo(url))}\n`);
      child.stdin.flush();
    },
    hangUp: () => child.stdin.end(),
    interrupt: () => child.kill("SIGINT"),
    end,
  };
}

const SCREEN_LIMIT_MS = 30_000;

/** `gemini-pool …` in a pseudo-terminal of 80 columns, as a person sits before it. */
function sitsAt(home: { env: Record<string, string>; workspace: string }, args: readonly string[]) {
  let [shown, from] = ["", 0];
  const decoder = new TextDecoder();
  const child = Bun.spawn([join(REPOSITORY, "bin/gemini-pool"), ...args], {
    cwd: home.workspace,
    env: home.env,
    terminal: {
      cols: 80,
      rows: 40,
      data: (_terminal, bytes) => {
        shown += decoder.decode(bytes, { stream: true });
      },
    },
  });
  const sees = async (what: RegExp): Promise<void> => {
    const end = performance.now() + SCREEN_LIMIT_MS;
    while (!what.test(shown.slice(from))) {
      if (performance.now() > end) throw new Error(`the screen never showed ${what}:\n${shown}`);
      await Bun.sleep(20);
    }
    from = shown.length;
  };
  return {
    sees,
    types: (text: string) => void child.terminal?.write(text),
    /** The address to open, as it stands on the screen. */
    url: () => ADDRESS.exec(shown.replaceAll("\r\n", "\n"))?.[0] ?? "",
    text: () => shown,
    exited: child.exited,
    stop: () => child.kill(),
  };
}
