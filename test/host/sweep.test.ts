import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { finderOf, MARK } from "../process/planted";
import { type PlantingProxy, startPlantingProxy } from "../process/planting-proxy";
import { hostWorld } from "../support/host-world";
import { openTerminal, type TerminalSession } from "../support/terminal";

const { world, cleanUp } = hostWorld();
const sessions: TerminalSession[] = [];
const proxies: PlantingProxy[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop();
  for (const proxy of proxies.splice(0)) await proxy.close();
  await cleanUp();
});

/** Each account is refused in its own way. A suspension ends the first prompt; a day that is used up ends the second. */
const SEATS = {
  checked: { answer: "ca_403_validation_required" },
  revoked: { answer: "oauth_invalid_grant_revoked", path: "token" },
  suspended: { answer: "ca_403_tos_violation" },
} as const;
const KEYS = {
  leaked: { answer: "gl_403_key_leaked" },
  blocked: { answer: "gl_403_service_blocked" },
  used: { answer: "gl_429_free_rpd", with: { retryDelaySeconds: 7_200 } },
} as const;
const NAMES = [...Object.keys(SEATS), ...Object.keys(KEYS)];

const keyOf = (name: string) => `AIza${MARK}-${name}`;
const CLIENT = { id: "own-client.apps.example", secret: `client-${MARK}` };
const person = (name: string) => ({ refreshToken: `1//${MARK}-${name}`, email: `${MARK}.${name}@work.example` });

const LOGGING = ["--print-logs", "--log-level", "DEBUG"];
const TYPED = "AIza-example-nobody";

/** A home whose Google carries secrets in every answer, and refuses everybody. */
async function refusedHome() {
  const scenario = {
    accounts: [
      ...Object.keys(KEYS).map((label) => ({ label, key: keyOf(label), project: `of-${label}` })),
      ...Object.keys(SEATS).map((label) => ({ label, ...person(label), client: CLIENT, project: "work-123" })),
    ],
    faults: Object.entries({ ...SEATS, ...KEYS }).map(([account, { answer, ...rest }]) => ({
      on: { account, path: "path" in rest ? rest.path : ("generate" as const) },
      ...("with" in rest ? { with: rest.with } : {}),
      answer,
    })),
  };
  const accounts = [
    ...Object.keys(KEYS).map((label) => {
      const credential = { kind: "api-key", key: keyOf(label) };
      return { id: `k-${label}`, label, backend: "gemini-api", quotaProject: `of-${label}`, enabled: true, credential };
    }),
    ...Object.keys(SEATS).map((label) => {
      const credential = { kind: "oauth", subject: `1098${label}`, client: CLIENT, ...person(label), generation: 1 };
      const place = { backend: "code-assist", project: "work-123", priority: 10 - NAMES.indexOf(label) };
      return { id: `s-${label}`, label, ...place, enabled: true, credential };
    }),
  ];
  const made = await world({ accounts, scenario });
  const proxy = startPlantingProxy(made.google.url, "beside");
  proxies.push(proxy);
  made.home.env["GOOGLE_GEMINI_BASE_URL"] = proxy.url;
  made.home.env["CODE_ASSIST_ENDPOINT"] = proxy.url;
  const options = { endpoints: { oauthToken: `${proxy.url}/token` } };
  await Bun.write(join(made.home.root, "config/opencode/gemini-pool.jsonc"), JSON.stringify(options));
  return { ...made, proxy };
}

/** Everything that opencode and the plugin have written here, but for the accounts. */
function* filesBelow(root: string): Generator<readonly [where: string, text: string]> {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || entry.name.startsWith("gemini-auth.json") || path.includes("/node_modules/")) continue;
    yield [path.slice(root.length), readFileSync(path, "latin1")];
  }
}

const leaksIn = (texts: Iterable<readonly [where: string, text: string]>, seen: Iterable<string>) => {
  const find = finderOf([MARK, ...seen]);
  return [...texts].flatMap(([where, text]) => {
    const found = find(text);
    return found === undefined ? [] : [`${where}: ${JSON.stringify(found)}`];
  });
};

test("no secret of Google's refusals or of the user's gets into opencode's output, logs, database or screen", async () => {
  const { home, proxy, google } = await refusedHome();
  const prompt = () => home.opencode(["run", "-m", "google/gemini-2.5-flash", ...LOGGING, "hello"]);
  const first = await prompt();
  const second = await prompt();
  const session = openTerminal(home, []);
  sessions.push(session);
  await session.draws(/Ask anything/);
  await session.types("/login\r");
  await session.draws(/Add a Gemini account/);
  await session.presses("\r", /one per line/);
  await session.types(`${TYPED}\r`);
  await session.draws(/Google refused the key/);
  // Where the screen is slow, Escape and what follows at once would be one key.
  await session.types("\u001b");
  await session.draws(/^(?![\s\S]*(?:Nothing was added|one per line))/);
  await session.types("/gquota");
  // The menu of commands takes Enter only once it is drawn.
  await session.draws(/Show the Gemini accounts/);
  await session.types("\r");
  await session.draws(/of 6 accounts can answer/);
  const files = [...filesBelow(home.root)];
  const said = [
    ["suspended", first.stdout + first.stderr],
    ["used up", second.stdout + second.stderr],
    ["screen", session.text()],
  ] as const;
  // What is typed into opencode's own field is seen there by who types it; nowhere else.
  const secrets = [...proxy.seen].filter((each) => each !== TYPED);
  expect(leaksIn([...said, ...files], secrets)).toEqual([]);
  expect(leaksIn(files, [TYPED])).toEqual([]);
  // Nothing is proved where nothing was said, written or planted.
  expect(first.stderr).toContain("Google has suspended the account");
  expect(second.stderr).toContain("used up");
  expect(files.some(([where, text]) => where.endsWith(".log") && text.length > 1_000)).toBe(true);
  expect(files.some(([where]) => where.endsWith("gemini-pool.db"))).toBe(true);
  expect(files.some(([where]) => /opencode.*\.db$/.test(where))).toBe(true);
  const asked = new Set(google.log().map(({ account }) => account));
  expect(NAMES.filter((name) => !asked.has(name))).toEqual([]);
  for (const [name, count] of proxy.planted) expect({ name, isThere: count > 0 }).toEqual({ name, isThere: true });
});
