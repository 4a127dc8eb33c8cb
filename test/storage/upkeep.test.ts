import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../src/core/finding";
import { systemFiles } from "../../src/system/files";
import { NOW } from "../support/builders";
import type { memoryFiles } from "../support/memory-files";
import { temporaryDirectories } from "../support/temp-directory";
import { aHome, BACKUP, doctorOn, PATH, STATE } from "./upkeep-home";

describe("what there is to say", () => {
  test("of what the plugin wrote itself: nothing but how many accounts", async () => {
    const { upkeep } = await aHome("k1", "k2");
    expect(upkeep.inspect()).toEqual([{ kind: "accounts", path: PATH, real: undefined, accountCount: 2 }]);
  });

  test("of nothing at all: there is no file yet", async () => {
    const { upkeep } = await aHome();
    expect(upkeep.inspect()).toEqual([{ kind: "accounts-missing", path: PATH, backup: undefined }]);
  });

  test("of a file that was deleted: what its backup holds", async () => {
    const { files, find } = await aHome("k1", "k2");
    files.remove(PATH);
    expect(find("accounts-missing")[0]?.backup).toEqual({ path: BACKUP, labels: ["label k1", "label k2"] });
  });

  test.each([
    ['{"version":9}', "accounts-newer"],
    ["{,", "accounts-broken"],
    ["", "accounts-broken"],
  ] as const)("of %p: %s", async (text, kind) => {
    const { files, kinds } = await aHome("k1");
    files.put(PATH, text);
    expect(kinds()).toEqual([kind]);
  });

  test("of a file that may not be read: why, and nothing is thrown", async () => {
    const { files, upkeep } = await aHome("k1");
    for (const operation of ["read", "list", "stat", "resolve"] as const) {
      files.fail(operation, "EACCES");
      expect(upkeep.inspect().length).toBeGreaterThan(0);
    }
    expect(upkeep.inspect()).toEqual([{ kind: "accounts-unreadable", path: PATH, code: "EACCES" }]);
  });

  test("of one broken account in a good file: its name and fault, without its secret", async () => {
    const { files, find } = await aHome("k1");
    const bad = { id: "b", label: "work", backend: "gemini-api", credential: { kind: "api-key", key: 7 } };
    files.put(PATH, JSON.stringify({ version: 1, accounts: [bad] }));
    expect(find("account-broken").map(({ what }) => what)).toEqual([
      'account 1 ("work"): credential.key must be a text',
    ]);
  });

  test("of everything that others may read or write, and of nothing that only the owner may", async () => {
    const { files, find } = await aHome("k1");
    files.put(PATH, files.read(PATH), 0o644);
    files.put(`${PATH}.corrupt-12345678`, "{,", 0o660);
    files.put(STATE, "", 0o640);
    files.put(`${STATE}-wal`, "", 0o600);
    files.put(`${STATE}-shm`, "", 0o604);
    files.changeMode("/home/me/.config/opencode", 0o755);
    expect(find("too-open").map(({ path, what, mode, wanted }) => [path, what, mode, wanted])).toEqual([
      [PATH, "file", 0o644, 0o600],
      [`${PATH}.corrupt-12345678`, "file", 0o660, 0o600],
      [STATE, "file", 0o640, 0o600],
      [`${STATE}-shm`, "file", 0o604, 0o600],
      ["/home/me/.config/opencode", "directory", 0o755, 0o700],
    ]);
  });

  test("of locks and temporary files only where they are old enough to be dead", async () => {
    const { files, kinds, find } = await aHome("k1");
    const paths = [`${PATH}.lock`, `${PATH}.k1.refresh.lock`, `${PATH}.pool-x.tmp`];
    for (const path of paths) files.put(path, "");
    for (const path of paths) files.touch(path, NOW - 4_900);
    expect(kinds()).toEqual(["accounts"]);
    for (const path of paths) files.touch(path, NOW - 60_000);
    expect(find("left-over").map(({ path }) => path)).toEqual([`${PATH}.pool-x.tmp`]);
    expect(find("stale-lock").map(({ ageMs }) => ageMs)).toEqual([60_000, 60_000]);
  });

  test("of the backup: that it is missing, older than what a person wrote, or broken", async () => {
    const { files, find, mendAll } = await aHome("k1");
    const because = () => find("backup-behind").map((each) => each.because);
    files.put(PATH, '{"version":1,"accounts":[]}');
    expect(because()).toEqual(["older"]);
    files.put(BACKUP, "{,");
    expect(because()).toEqual(["broken"]);
    files.remove(BACKUP);
    expect(because()).toEqual(["missing"]);
    await mendAll("backup-behind");
    expect(because()).toEqual([]);
    expect(files.read(BACKUP)).toBe('{"version":1,"accounts":[]}');
  });
});

describe("a restore", () => {
  test.each([
    ["a bad comma", (text: string) => `${text.slice(0, -3)},,}`],
    ["a file cut short", (text: string) => text.slice(0, text.length >> 1)],
    ["an empty file", () => ""],
  ])("%s: all accounts come back, the broken version is kept", async (_, breakIt) => {
    const { files, ids, mendAll } = await aHome("k1", "k2");
    const broken = breakIt(files.read(PATH));
    files.put(PATH, broken, 0o644);
    const [restored] = await mendAll("accounts-broken");
    expect(restored).toMatchObject({ labels: ["label k1", "label k2"], leftOutCount: 0 });
    expect(ids()).toEqual(["k1", "k2"]);
    expect(files.stat(PATH)?.mode).toBe(0o600);
    expect(restored?.copy === undefined ? "" : files.read(restored.copy)).toBe(broken);
  });

  test("accounts that the broken file says were removed stay removed", async () => {
    const { files, store, ids, mendAll } = await aHome("k1", "k2");
    const backup = files.read(BACKUP);
    await store.update([{ type: "remove", id: "k1", at: NOW }]);
    // The process died before it renewed the backup, and then an editor broke the file.
    files.put(BACKUP, backup);
    files.put(PATH, `${files.read(PATH)},`);
    const [restored] = await mendAll("accounts-broken");
    expect(restored).toMatchObject({ labels: ["label k2"], leftOutCount: 1 });
    expect(ids()).toEqual(["k2"]);
    expect(files.read(BACKUP)).toBe(files.read(PATH));
  });

  describe("of what a person changed by hand before the file broke", () => {
    /** Three accounts, of which a person takes one out and disables another one; the plugin has not written since. */
    async function editedByHand() {
      const home = await aHome("k1", "k2", "k3");
      const document = JSON.parse(home.files.read(PATH));
      const [first, , third] = document.accounts;
      const text = JSON.stringify({ ...document, accounts: [{ ...first, enabled: false }, third] }, null, 2);
      const mend = async (broken: string) => {
        home.files.put(PATH, broken);
        const [restored] = await home.mendAll("accounts-broken");
        return restored;
      };
      const enabled = () => home.store.current().entries.map(({ account }) => [account.id, account.enabled]);
      return { ...home, text, mend, enabled };
    }

    test.each([
      ["one comma too many", (text: string) => text.replace('"enabled": false', '"enabled": false,,')],
      ["a comma at the end", (text: string) => `${text},\n`],
      ["a lost bracket", (text: string) => text.replace(/\]\s*\}\s*$/, "}")],
      ["a lost quote", (text: string) => text.replace('"label k1"', '"label k1')],
    ])("%s: what was taken out stays out and is told, what was disabled stays disabled", async (_, breakIt) => {
      const { text, mend, enabled, files } = await editedByHand();
      const backup = files.read(BACKUP);
      const restored = await mend(breakIt(text));
      expect(enabled()).toEqual([
        ["k1", false],
        ["k3", true],
      ]);
      // The way back.
      const copy = files.paths().find((path) => path.startsWith(`${BACKUP}-`)) ?? "";
      expect(files.read(copy)).toBe(backup);
      expect(restored).toMatchObject({
        labels: ["label k1", "label k3"],
        leftOutCount: 0,
        isGuess: false,
        absent: { labels: ["label k2"], copy },
      });
      expect(files.read(BACKUP)).not.toContain("AIza-example-k2");
    });

    test.each([
      ["cut short", (text: string) => text.slice(0, text.length >> 1)],
      [
        "cut short behind a whole account",
        (text: string) => text.slice(0, text.lastIndexOf("}", text.indexOf("k3")) + 1),
      ],
      ["empty", () => ""],
      ["something else", () => '{"provider": {},}'],
      ["zeroes", () => "\0\0\0"],
    ])("%s: nobody is left out, and that it is a guess is told", async (_, breakIt) => {
      const { text, mend, ids } = await editedByHand();
      const restored = await mend(breakIt(text));
      expect(ids()).toEqual(["k1", "k2", "k3"]);
      expect(restored).toMatchObject({ isGuess: true });
      expect(restored).not.toHaveProperty("absent");
    });

    test("without room for a copy of the backup nothing is written", async () => {
      const { text, files, mend } = await editedByHand();
      const copy = files.copy.bind(files);
      files.copy = (from, to, mode) => {
        if (from === BACKUP) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        copy(from, to, mode);
      };
      await expect(mend(`${text},`)).rejects.toMatchObject({ code: "store/unwritable" });
      expect(files.read(PATH)).toBe(`${text},`);
    });

    test("an account of the backup that has no id is kept: nothing can be said of it", async () => {
      const { text, files, mend } = await editedByHand();
      files.put(BACKUP, '{"version":1,"accounts":[{"label":"odd"}]}');
      await mend(`${text},`);
      expect(files.read(PATH)).toContain("odd");
    });
  });

  test("a removed account is not in the backup either: neither its key nor a way back", async () => {
    const { files, store } = await aHome("k1", "k2");
    await store.update([{ type: "remove", id: "k1", at: NOW }]);
    expect(files.read(BACKUP)).not.toContain("AIza-example-k1");
  });

  test("a deleted file comes back; an empty one without a backup begins anew", async () => {
    const { files, ids, mendAll } = await aHome("k1");
    files.remove(PATH);
    await mendAll("accounts-missing");
    expect(ids()).toEqual(["k1"]);
    files.put(PATH, " \n");
    files.remove(BACKUP);
    await mendAll("accounts-broken");
    expect(JSON.parse(files.read(PATH))).toEqual({ version: 1, accounts: [], removed: [] });
  });

  test("a file that somebody repaired meanwhile, or of a newer version, is not written over", async () => {
    const { files, upkeep, find } = await aHome("k1");
    const good = files.read(PATH);
    files.put(PATH, "{,");
    const [finding] = find("accounts-broken");
    if (!finding) throw new Error("not found broken");
    const repaired = good.replace("label k1", "by hand");
    files.put(PATH, repaired);
    expect(await upkeep.mend(finding)).toMatchObject({ labels: [] });
    expect(files.read(PATH)).toBe(repaired);
    files.put(PATH, '{"version":9}');
    await expect(upkeep.mend(finding)).rejects.toMatchObject({ code: "store/newer" });
    expect(files.read(PATH)).toBe('{"version":9}');
  });

  test.each([
    ["no backup", (files: ReturnType<typeof memoryFiles>) => files.remove(BACKUP), "store/corrupt"],
    ["a broken backup", (files: ReturnType<typeof memoryFiles>) => files.put(BACKUP, "{"), "store/corrupt"],
    [
      "no room for a copy of the broken file",
      (files: ReturnType<typeof memoryFiles>) => files.fail("copy", "ENOSPC"),
      "store/unwritable",
    ],
    [
      "a read-only disk",
      (files: ReturnType<typeof memoryFiles>) => files.fail("writeNew", "EROFS"),
      "store/unwritable",
    ],
  ])("%s: an error that says so, and the file stays as it is", async (_, spoil, code) => {
    const { files, upkeep } = await aHome("k1");
    files.put(PATH, "{,");
    spoil(files);
    const finding: Finding = { kind: "accounts-broken", path: PATH, what: "", isBlank: false, backup: undefined };
    await expect(upkeep.mend(finding)).rejects.toMatchObject({ code });
    expect(files.read(PATH)).toBe("{,");
  });

  test("a lock that is lost stops it", async () => {
    const { files, locks, mendAll } = await aHome("k1");
    files.put(PATH, "{,");
    locks.lose();
    await expect(mendAll("accounts-broken")).rejects.toMatchObject({ code: "store/locked" });
    expect(files.read(PATH)).toBe("{,");
  });
});

describe("on a real disk", () => {
  const directory = temporaryDirectories();
  const mendAll = async (upkeep: ReturnType<typeof doctorOn>) => {
    for (const finding of upkeep.inspect()) await upkeep.mend(finding);
  };
  const modeOf = (path: string) => statSync(path).mode & 0o7777;
  /** A directory of this mode below a fresh one. */
  const made = (mode: number, ...names: string[]) => {
    const path = join(systemFiles.resolve(directory()), ...names);
    mkdirSync(path, { recursive: true });
    // Bun's own drops the sticky bit.
    Bun.spawnSync(["chmod", mode.toString(8), path]);
    return path;
  };
  const aFile = (path: string, text = "") => {
    writeFileSync(path, text);
    chmodSync(path, 0o644);
    return path;
  };
  const FILE = '{"version":1,"accounts":[]}';

  test("modes are closed, dead locks and left-overs go, and living locks stay", async () => {
    const [config, state] = [made(0o755, "config", "opencode"), made(0o775, "state", "opencode")];
    const target = aFile(join(config, "gemini-auth.json"), FILE);
    const database = aFile(join(state, "gemini-pool.db"));
    writeFileSync(`${target}.pool-x.tmp`, "half");
    mkdirSync(`${target}.lock`);
    mkdirSync(`${target}.k1.refresh.lock`);
    const long = Date.now() / 1_000 - 60;
    for (const path of [`${target}.pool-x.tmp`, `${target}.lock`]) utimesSync(path, long, long);

    const upkeep = doctorOn(target, database);
    await mendAll(upkeep);

    expect(upkeep.inspect()).toEqual([{ kind: "accounts", path: target, real: undefined, accountCount: 0 }]);
    expect([target, config, state, database].map(modeOf)).toEqual([0o600, 0o700, 0o700, 0o600]);
    expect(readdirSync(config).sort()).toEqual([
      "gemini-auth.json",
      "gemini-auth.json.bak",
      "gemini-auth.json.k1.refresh.lock",
    ]);
    expect(existsSync(`${target}.lock`)).toBe(false);
  });

  test.each([
    ["shared by everybody", 0o1777, "shared"],
    ["of a name like ours", 0o755, "opencode"],
  ])("behind a link of the accounts file only the file is closed: a directory %s", async (_, mode, name) => {
    const [config, real, state] = [made(0o700, "config", "opencode"), made(mode, name), made(0o700, "opencode")];
    const target = aFile(join(real, "auth.json"), FILE);
    const path = join(config, "gemini-auth.json");
    symlinkSync(target, path);
    const upkeep = doctorOn(path, aFile(join(state, "gemini-pool.db")));
    await mendAll(upkeep);
    expect([target, real].map(modeOf)).toEqual([0o600, mode]);
    expect(upkeep.inspect().filter(({ kind }) => kind === "too-open")).toEqual([
      { kind: "too-open", path: real, what: "directory", mode: expect.any(Number), wanted: mode & 0o1777 },
    ]);
  });

  test.each([0o755, 0o1777])("a directory that GEMINI_POOL_CONFIG_DIR names is left with its mode %p", async (mode) => {
    const [config, state] = [made(mode, "root"), made(mode, "state")];
    const path = aFile(join(config, "gemini-auth.json"), FILE);
    await mendAll(doctorOn(path, aFile(join(state, "gemini-pool.db"))));
    expect([path, config, state].map(modeOf)).toEqual([0o600, mode, mode]);
  });

  test("opencode's directory that is a link itself, to one of that name, is closed", async () => {
    const [real, config, state] = [made(0o755, "dotfiles", "opencode"), made(0o755, "config"), made(0o700, "opencode")];
    symlinkSync(real, join(config, "opencode"));
    aFile(join(real, "gemini-auth.json"), FILE);
    await mendAll(doctorOn(join(config, "opencode", "gemini-auth.json"), aFile(join(state, "gemini-pool.db"))));
    expect([real, config].map(modeOf)).toEqual([0o700, 0o755]);
  });
});

test("a directory with the sticky bit keeps it, whatever its name", async () => {
  const { files, find, mendAll } = await aHome("k1");
  files.changeMode("/home/me/.config/opencode", 0o1775);
  await mendAll("too-open");
  expect(find("too-open")).toMatchObject([{ mode: 0o1775, wanted: 0o1775 }]);
});
