import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostWorld } from "../support/host-world";
import { rsaPair } from "../support/service-account";
import { cliLogins } from "./login-world";
import { finderOf, MARK, PLANTED, type Place } from "./planted";
import { type PlantingProxy, startPlantingProxy } from "./planting-proxy";
import { makeCases, sweepScenario } from "./sweep-cases";
import { everyWay, loginScenario, type Told } from "./sweep-logins";

const { world, cleanUp } = hostWorld();
const { machine, cleanUp: cleanMachines } = cliLogins();
const proxies: PlantingProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
  await cleanUp();
  await cleanMachines();
});
const LIMIT_MS = 120_000;
const PLACES: readonly Place[] = ["beside", "behind", "instead", "single"];
/** What takes the place of all names leads to few answers, which are soon all seen. */
const isFew = (place: Place): boolean => place === "behind" || place === "instead";

/** Before this Google, secrets are planted in its answers. */
function planting(google: string, place: Place) {
  const proxy = startPlantingProxy(google, place);
  proxies.push(proxy);
  const { url } = proxy;
  const endpoints = {
    geminiApi: url,
    vertex: url,
    codeAssist: url,
    oauthAuthorize: `${url}/o/oauth2/v2/auth`,
    oauthToken: `${url}/token`,
    userinfo: `${url}/oauth2/v2/userinfo`,
  };
  return { proxy, endpoints };
}

/** All files below as bytes, but for those in which secrets belong and those that the person wrote. */
function* filesBelow(root: string, own: ReadonlySet<string>): Generator<readonly [where: string, text: string]> {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || own.has(path) || entry.name.startsWith("gemini-auth.json")) continue;
    yield [path.slice(root.length), path + readFileSync(path, "latin1")];
  }
}

/** Tokens and codes of the emulator's making begin so; the key of the service account has no form of its own. */
const NEEDLES = [MARK, "ya29.example-", "4/0Aexample-", ...rsaPair().privateKey.split("\n").slice(1, 4)];

/** Where a secret was found: one of the planted, of the user's, or one that passed by in its own field. */
function leaksIn(texts: Iterable<readonly [where: string, text: string]>): readonly string[] {
  const isKnown = finderOf(NEEDLES);
  const seen = proxies.flatMap((proxy) => [...proxy.seen]).filter((each) => isKnown(each) === undefined);
  const find = finderOf([...NEEDLES, ...seen]);
  return [...texts].flatMap(([where, text]) => {
    const found = find(text);
    return found === undefined ? [] : [`${where}: ${JSON.stringify(found)}`];
  });
}

/** How many answers of a kind were altered, by all. */
const altered = (kind: string): number => proxies.reduce((sum, { kinds }) => sum + (kinds.get(kind) ?? 0), 0);

/** Nothing is proved where nothing was planted. */
function expectPlanted(floors: Readonly<Record<string, number>>, each: number): void {
  for (const [kind, least] of Object.entries(floors))
    expect({ kind, isEnough: altered(kind) >= least, altered: altered(kind) }).toMatchObject({ kind, isEnough: true });
  for (const { planted } of proxies)
    for (const name of Object.keys(PLANTED)) expect(planted.get(name) ?? 0).toBeGreaterThan(each);
}

test("what is looked for is found in every form, and nothing else is", () => {
  const find = finderOf([MARK]);
  for (const secret of Object.values(PLANTED)) {
    const base64 = ["", "a", "ab"].map((before) => Buffer.from(before + secret).toString("base64"));
    const url = [0, 1, 2].map((before) => Buffer.from(" ".repeat(before) + secret).toString("base64url"));
    const hex = Buffer.from(secret).toString("hex");
    for (const form of [secret, ...base64, ...url, hex, encodeURIComponent(secret), secret.toLowerCase()])
      expect({ form, found: find(`x ${JSON.stringify({ form })}`) !== undefined }).toEqual({ form, found: true });
  }
  expect(find("Added Z…@work.example. [api key] [token]")).toBeUndefined();
});

describe("no secret of Google's answers or of the user's comes out anywhere", () => {
  test(
    "where calls are refused in every way, or answered",
    async () => {
      const { google, home } = await world({ scenario: sweepScenario() });
      const cases = PLACES.flatMap((place) => {
        const root = join(home.root, place);
        mkdirSync(root);
        const { endpoints } = planting(google.url, place);
        return makeCases(root, endpoints, isFew(place)).map((each) => ({ ...each, name: `${place} ${each.name}` }));
      });
      const list = join(home.root, "cases.json");
      writeFileSync(list, JSON.stringify(cases));
      const child = Bun.spawn([process.execPath, join(import.meta.dir, "sweep-child.ts"), list], {
        env: home.env,
        cwd: home.workspace,
        stdout: "pipe",
        stderr: "pipe",
      });
      const [stdout, stderr] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      expect({ stderr, end: stdout.trimEnd().slice(-7) }).toEqual({ stderr: "", end: "the end" });
      const lines = stdout.split("\n").map((line) => ["the program", line] as const);
      const files = [...filesBelow(home.root, new Set([list]))];
      expect(files.filter(([where]) => where.endsWith("gemini-pool.db")).length).toBe(cases.length);
      expect(leaksIn([...lines, ...files])).toEqual([]);
      const floors = { "generateContent 4xx": 220, "generateContent 5xx": 30, "generateContent 200": 25 };
      const others = {
        "streamGenerateContent 200": 100,
        "token 200": 110,
        "token 4xx": 30,
        "retrieveUserQuota 200": 60,
      };
      expectPlanted({ ...floors, ...others }, 100);
    },
    LIMIT_MS,
  );

  test(
    "of logins by every way, good and refused, and of what the commands say then",
    async () => {
      const { accounts, more } = loginScenario();
      const homes = await Promise.all(
        PLACES.map(async (place) => {
          const made = await machine(accounts, more);
          const { proxy, endpoints } = planting(made.google.url, place);
          const options = join(made.home.root, "config/opencode/gemini-pool.jsonc");
          writeFileSync(options, JSON.stringify({ endpoints }));
          made.home.env["GCE_METADATA_HOST"] = new URL(proxy.url).host;
          const [own, told]: [Set<string>, Told] = [new Set([options]), []];
          await everyWay(made, { own, told, isBrief: isFew(place) });
          const named = told.map(([where, text]) => [`${place}: ${where}`, text] as const);
          return { ...made, texts: [...named, ...filesBelow(made.home.root, own)] };
        }),
      );
      expect(leaksIn(homes.flatMap(({ texts }) => texts))).toEqual([]);
      expect(homes.map(({ home }) => home.readAccounts().accounts.length >= 6)).toEqual(PLACES.map(() => true));
      const keys = {
        "models 4xx": 25,
        "models 5xx": 6,
        "countTokens 4xx": 14,
        "countTokens 200": 12,
        "metadata 200": 20,
      };
      const logins = { "authorize 302": 24, "token 200": 24, "token 4xx": 12, "userinfo 200": 18 };
      expectPlanted(
        { ...keys, ...logins, "loadCodeAssist 200": 10, "onboardUser 200": 4, "loadCodeAssist 4xx": 2 },
        20,
      );
    },
    LIMIT_MS,
  );
});
