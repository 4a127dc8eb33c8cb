import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Files } from "../../src/ports/files";
import { clientIn, createInstalledClient } from "../../src/storage/installed-client";
import { systemFiles } from "../../src/system/files";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();

/** Invented, and put together here: no text of this repository looks like a client of Google's. */
const ENDING = [".apps", "googleuser" + "content", "com"].join(".");
const idOf = (number: number) => `${123456789000 + number}-${"example".repeat(3)}${ENDING}`;
const SECRET = ["GOC", "SPX-", "example-example-example"].join("");
const SCRIPT = `// The client.\nconst OAUTH_CLIENT_ID = '${idOf(1)}';\n// A note of some length about secrets.\nconst OAUTH_CLIENT_SECRET = '${SECRET}';\n`;
const CLIENT = { id: idOf(1), secret: SECRET };

/** A home with these files, and a search in it that knows nothing else of this machine. */
function machine(files: Record<string, string>, { env = {}, over = {} }: { env?: object; over?: Partial<Files> } = {}) {
  const home = directory();
  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  };
  for (const [name, text] of Object.entries(files)) put(name, text);
  const read: string[] = [];
  const inside = <T>(path: string, work: () => T, none: T): T => (path.startsWith(home) ? work() : none);
  const world: Files = {
    ...systemFiles,
    stat: (path) => inside(path, () => systemFiles.stat(path), undefined),
    list: (path) => inside(path, () => systemFiles.list(path), []),
    read(path) {
      read.push(path.slice(home.length + 1));
      if (!path.startsWith(home)) throw new Error("ENOENT");
      return systemFiles.read(path);
    },
    ...over,
  };
  const filled = Object.fromEntries(
    Object.entries(env).map(([name, text]) => [name, String(text).replaceAll("HOME", home)]),
  );
  return { home, read, put, client: createInstalledClient({ files: world, home, env: () => filled }) };
}

const manifest = (name: string) => JSON.stringify({ name: `@google/${name}`, version: "0.0.0" });

/** A package as it is published: in one bundle, in pieces, or as sources. */
const bundled = (root: string): Record<string, string> => ({
  [`${root}/package.json`]: manifest("gemini-cli"),
  [`${root}/bundle/gemini.js`]: "#!/usr/bin/env node\nimport './chunk-BIG.js';\n",
  [`${root}/bundle/chunk-SMALL.js`]: "export const nothing = 1;\n".repeat(10),
  [`${root}/bundle/chunk-BIG.js`]: `${"var filler = 0;\n".repeat(2_000)}${SCRIPT}`,
});

const GLOBAL = ".npm-global/lib/node_modules/@google/gemini-cli";

describe("the client of an installed Gemini CLI", () => {
  test("is found behind the link on the PATH, wherever the package lies, in one script", async () => {
    const { home, read, client } = machine(bundled("opt/anywhere/@google/gemini-cli"), {
      env: { PATH: "/nowhere:HOME/bin" },
    });
    mkdirSync(join(home, "bin"));
    symlinkSync("../opt/anywhere/@google/gemini-cli/bundle/gemini.js", join(home, "bin/gemini"));
    expect(await client.find()).toEqual({ kind: "found", client: CLIENT });
    expect(read.filter((path) => path.endsWith(".js"))).toEqual([
      "opt/anywhere/@google/gemini-cli/bundle/chunk-BIG.js",
    ]);
  });

  test("is found where npm, bun, pnpm and yarn install, and where the environment says", async () => {
    for (const root of [
      ".npm-global/lib/node_modules",
      ".bun/install/global/node_modules",
      ".local/share/pnpm/global/5/node_modules",
      "Library/pnpm/global/5/node_modules",
      ".config/yarn/global/node_modules",
      "prefix/lib/node_modules",
      "pnpm/global/5/node_modules",
    ]) {
      const env = { NPM_CONFIG_PREFIX: "HOME/prefix", PNPM_HOME: "HOME/pnpm" };
      const { client } = machine(bundled(`${root}/@google/gemini-cli`), { env });
      expect(await client.find()).toEqual({ kind: "found", client: CLIENT });
    }
  });

  test("is found beside a small script that stands for the command", async () => {
    const files = {
      "node/bin/gemini": "#!/bin/sh\nexec node x\n",
      ...bundled("node/lib/node_modules/@google/gemini-cli"),
    };
    expect(await machine(files, { env: { PATH: "HOME/node/bin" } }).client.find()).toMatchObject({ kind: "found" });
  });

  test("is found in the core package, inside or beside the command's", async () => {
    for (const core of [`${GLOBAL}/node_modules/@google/gemini-cli-core`, `${dirname(GLOBAL)}/gemini-cli-core`]) {
      const { client } = machine({
        [`${GLOBAL}/package.json`]: manifest("gemini-cli"),
        [`${GLOBAL}/dist/index.js`]: "import '@google/gemini-cli-core';\n",
        [`${core}/package.json`]: manifest("gemini-cli-core"),
        [`${core}/dist/src/code_assist/oauth2.js`]: SCRIPT,
      });
      expect(await client.find()).toEqual({ kind: "found", client: CLIENT });
    }
  });
});

describe("nothing is found", () => {
  const none = async (files: Record<string, string>, options: Parameters<typeof machine>[1] = {}) => {
    const { client, read } = machine(files, options);
    const found = await client.find();
    return { sentence: found.kind === "none" ? found.sentence : "found", read };
  };

  test("where none is installed: the places and the other way are named", async () => {
    const { sentence } = await none({});
    for (const words of ["No Gemini CLI", "PATH", "npm", "gemini-pool oauth-client add FILE.json"])
      expect(sentence).toContain(words);
  });

  test("where a package has no client: that is said", async () => {
    const files = { ...bundled(GLOBAL), [`${GLOBAL}/bundle/chunk-BIG.js`]: "export {};\n" };
    expect((await none(files)).sentence).toContain("no OAuth client");
  });

  test("in what a project brings along, however it is put on the PATH", async () => {
    const files = bundled("project/node_modules/@google/gemini-cli");
    const bin = { "project/node_modules/.bin/gemini": "#!/bin/sh\n" };
    for (const PATH of ["HOME/project/node_modules/.bin", "node_modules/.bin:.:", ""])
      expect((await none({ ...files, ...bin }, { env: { PATH } })).sentence).toContain("No Gemini CLI");
  });

  test("in a package of another name", async () => {
    const files = { ...bundled(GLOBAL), [`${GLOBAL}/package.json`]: JSON.stringify({ name: "gemini-cli" }) };
    expect((await none(files)).sentence).toContain("No Gemini CLI");
    expect((await none({ ...files, [`${GLOBAL}/package.json`]: "{ broken" })).sentence).toContain("No Gemini CLI");
  });

  test("in scripts over 20 MiB, which are not read, nor more than a few of the others", async () => {
    const huge = { stat: (path: string) => sized(path, path.includes("BIG") ? 20 * 1_048_576 + 1 : undefined) };
    const { read } = await none(bundled(GLOBAL), { over: huge });
    expect(read.some((path) => path.includes("BIG"))).toBe(false);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${GLOBAL}/bundle/c${n}.js`, "1;"]));
    const { read: few } = await none({ [`${GLOBAL}/package.json`]: manifest("gemini-cli"), ...many });
    expect(few.filter((path) => path.endsWith(".js")).length).toBe(8);
  });

  test("where files may not be read; nothing is thrown", async () => {
    const { home, client } = machine(bundled(GLOBAL));
    chmodSync(join(home, GLOBAL, "bundle"), 0);
    try {
      expect((await client.find()).kind).toMatch(/none|found/);
    } finally {
      chmodSync(join(home, GLOBAL, "bundle"), 0o755);
    }
    const refuse = () => {
      throw new Error("EACCES");
    };
    expect((await none(bundled(GLOBAL), { over: { stat: refuse, read: refuse, list: refuse } })).sentence).toContain(
      "No Gemini",
    );
    expect((await none(bundled(GLOBAL), { over: { list: refuse } })).sentence).toContain("no OAuth client");
  });
});

const sized = (path: string, size: number | undefined) => {
  const found = systemFiles.stat(path);
  return found && size !== undefined ? { ...found, size } : found;
};

describe("a client in a script", () => {
  test("is an id and the secret that follows it, named or of Google's shape", () => {
    expect(clientIn(SCRIPT)).toEqual(CLIENT);
    expect(clientIn(`var OAUTH_CLIENT_ID="${idOf(1)}",OAUTH_CLIENT_SECRET="${SECRET}";`)).toEqual(CLIENT);
    expect(clientIn(`var a="${idOf(1)}",b="${SECRET}";`)).toEqual(CLIENT);
    expect(clientIn(`new Client({clientId:"${idOf(1)}",clientSecret:"another-kind-of-secret"})`)).toEqual({
      id: idOf(1),
      secret: "another-kind-of-secret",
    });
  });

  test("is not an id without a secret, nor a secret of somewhere else", () => {
    const far = "x".repeat(1_600);
    expect(clientIn(`const id = "${idOf(2)}";${far}${SCRIPT}`)).toEqual(CLIENT);
    expect(clientIn(`"${idOf(1)}"${far}"${SECRET}"`)).toBeUndefined();
    expect(clientIn(`"your-id${ENDING}", client_secret = "${SECRET}"`)).toBeUndefined();
    expect(clientIn(ENDING.repeat(1_000))).toBeUndefined();
  });
});
