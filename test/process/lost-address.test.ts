import { afterEach, describe, expect, test } from "bun:test";
import { KEYS, keyAccount, seatAccount } from "../support/google-world";
import { hostWorld } from "../support/host-world";

const { world, cleanUp } = hostWorld();
afterEach(cleanUp);

/** A way to the world that counts who would go there and lets nobody through. */
function gate() {
  const asked: string[] = [];
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        asked.push(bytes.toString("latin1").split("\r\n")[0] ?? "");
        socket.end("HTTP/1.1 502 no\r\n\r\n");
      },
    },
  });
  return { asked, url: `http://127.0.0.1:${listener.port}`, close: () => listener.stop(true) };
}

const BAD = "htps://gateway.example";
const ALL = ["geminiApi", "vertex", "codeAssist", "oauthAuthorize", "oauthToken", "userinfo"];
const bad = JSON.stringify({ endpoints: Object.fromEntries(ALL.map((name) => [name, BAD])) });
const client = JSON.stringify({ installed: { client_id: "own.apps.example", client_secret: "own-secret" } });

/** Where addresses come from that cannot be used. */
const WRITTEN: readonly [string, string | undefined, Record<string, string>][] = [
  ["in the options", bad, {}],
  ["in options that are not whole", bad.slice(0, -1), {}],
  [
    "in variables",
    undefined,
    {
      GOOGLE_GEMINI_BASE_URL: "gateway.example",
      GOOGLE_VERTEX_BASE_URL: BAD,
      CODE_ASSIST_ENDPOINT: "http://far.example",
    },
  ],
];

/** A home whose addresses lead nowhere. */
async function lostHome(options: string | undefined, variables: Record<string, string>, out: string) {
  const { home } = await world({ accounts: [keyAccount("one"), seatAccount()] });
  const path = `${home.root}/config/opencode/gemini-pool.jsonc`;
  await Bun.write(path, options ?? "{}");
  const { GOOGLE_GEMINI_BASE_URL: _a, CODE_ASSIST_ENDPOINT: _b, ...env } = home.env;
  home.env = { ...env, ...variables, HTTPS_PROXY: out, HTTP_PROXY: out, SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" };
  await Bun.write(`${home.root}/client.json`, client);
  return home;
}

describe("an address that cannot be used", () => {
  test.each(WRITTEN)(
    "%s: no key, token or person is sent to Google's own instead, and why is said",
    async (_, options, variables) => {
      const out = gate();
      const home = await lostHome(options, variables, out.url);
      const sent: [string[], string?][] = [
        [["verify", "one"]],
        [["login", "--key", "-"], KEYS.two],
        [["login", "--key", "-", "--express"], KEYS.two],
      ];
      const files: [string[], string?][] = [
        [["verify", "seat"]],
        [["login", "--backend", "gemini-api", "--client", `${home.root}/client.json`, "--project", "side-1"]],
        [["login", "--seat", "--client", `${home.root}/client.json`]],
      ];
      for (const [argv, input] of options === undefined ? sent : [...sent, ...files]) {
        const { exitCode, stdout, stderr } = await home.cli(argv, input);
        expect({ argv, exitCode, stdout }).toEqual({ argv, exitCode: expect.any(Number), stdout: "" });
        expect({ argv, exitCode }).not.toEqual({ argv, exitCode: 0 });
        expect(stderr).toContain("cannot be used, so nothing was sent. gemini-pool status says which.");
      }
      expect(home.readAccounts().accounts).toHaveLength(2);
      const status = await home.cli(["status"]);
      expect(status.stdout + status.stderr).toMatch(
        options === undefined ? /GOOGLE_GEMINI_BASE_URL must be/ : /gemini-pool\.jsonc/,
      );
      expect(out.asked).toEqual([]);
      out.close();
    },
    60_000,
  );
});
