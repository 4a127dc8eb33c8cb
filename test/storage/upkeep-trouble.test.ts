import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { examine } from "../../src/enrol/doctor";
import type { AccountEntry } from "../../src/ports/account-store";
import { decodeAccount, encodeAccount } from "../../src/storage/account-codec";
import { createUpkeep } from "../../src/storage/upkeep";
import { systemFiles } from "../../src/system/files";
import { aKey, aLogin, anAccount, aSeat, NOW } from "../support/builders";
import { memoryFiles } from "../support/memory-files";
import { temporaryDirectories } from "../support/temp-directory";
import { aPool } from "../view/pool";
import { adding, aHome, BACKUP, doctorOn, inMemory, OPTIONS, PATH, storeOn } from "./upkeep-home";

describe("a directory that nothing can be written in", () => {
  test.each(["EACCES", "EROFS", "ENOSPC", "EDQUOT"])("%s: is told, whatever the file in it says", async (code) => {
    const { files, find } = await aHome("k1");
    files.fail("writeNew", code);
    expect(find("unwritable")).toEqual([{ kind: "unwritable", path: dirname(PATH), code }]);
    files.fail("writeNew", undefined);
    expect(find("unwritable")).toEqual([]);
  });

  test("of one that is yet to be made the nearest that is there is meant", () => {
    const files = memoryFiles();
    files.makeDirectory("/home/me", 0o700);
    const upkeep = createUpkeep(inMemory(files));
    expect(upkeep.inspect().map(({ kind }) => kind)).toEqual(["accounts-missing"]);
    files.fail("writeNew", "EACCES");
    expect(upkeep.inspect()).toContainEqual({ kind: "unwritable", path: "/home/me", code: "EACCES" });
    expect(files.stat("/home/me/.config")).toBeUndefined();
  });

  test("finding that out leaves nothing behind", async () => {
    const { files, upkeep } = await aHome("k1");
    const before = files.paths().map((path) => [path, files.stat(path)]);
    upkeep.inspect();
    expect(files.paths().map((path) => [path, files.stat(path)])).toEqual(before);
    files.fail("remove", "EACCES");
    expect(() => upkeep.inspect()).not.toThrow();
  });
});

describe("a good file with something in it that does nothing", () => {
  const fileWith = async (file: object) => {
    const { files, find, kinds } = await aHome();
    files.put(PATH, JSON.stringify({ version: 1, ...file }));
    files.put(BACKUP, files.read(PATH));
    return { find, kinds };
  };
  const KEY = { id: "k1", label: "work", backend: "gemini-api", credential: { kind: "api-key", key: "AIza-example" } };

  test("OAuth clients that cannot be used are told, as status does", async () => {
    const mine = { name: "mine", id: "mine.apps.example", secret: "example-secret" };
    const oauthClients = [mine, { name: "half" }, mine];
    const { find } = await fileWith({ accounts: [], oauthClients });
    expect(find("client-broken")).toEqual([
      { kind: "client-broken", path: PATH, what: "OAuth client 2: name and id must be texts" },
      { kind: "client-broken", path: PATH, what: "OAuth client 3: its name is used twice" },
    ]);
    const list = await fileWith({ accounts: [], oauthClients: { mine } });
    expect(list.find("client-broken").map(({ what }) => what)).toEqual(['"oauthClients" must be a list']);
  });

  test("a field that is none, but looks like one, is told with the one that is meant", async () => {
    const accounts = [
      { ...KEY, enabled: true, enable: false, quotaproject: "p-1" },
      { ...KEY, id: "k2", label: "me@work.example", Priority: 2 },
      { ...KEY, id: "k3", label: undefined, teir: "free" },
    ];
    const { find } = await fileWith({ Accounts: [], accounts, oauthclients: [] });
    const slip = (where: string | undefined, field: string, meant: string) => ({
      kind: "field-slip" as const,
      path: PATH,
      where,
      field,
      meant,
    });
    expect(find("field-slip")).toEqual([
      slip(undefined, "Accounts", "accounts"),
      slip(undefined, "oauthclients", "oauthClients"),
      slip('account 1 ("work")', "enable", "enabled"),
      slip('account 1 ("work")', "quotaproject", "quotaProject"),
      slip('account 2 ("m…@work.example")', "Priority", "priority"),
      slip("account 3", "teir", "tier"),
    ]);
  });

  test("a file of nothing but a slip is none without accounts", async () => {
    const { find } = await fileWith({ Accounts: [KEY] });
    expect(find("accounts")).toMatchObject([{ accountCount: 0 }]);
    expect(find("field-slip")).toMatchObject([{ where: undefined, field: "Accounts", meant: "accounts" }]);
  });

  test("fields of other programs are nobody's business", async () => {
    const ancestor = { id: "a", email: "me@work.example", refreshToken: "1//example", projectId: "p", lastUsed: 0 };
    const { kinds } = await fileWith({
      $schema: "x",
      activeIndex: 0,
      _comment: "mine",
      accounts: [{ ...KEY, note: "mine", user: "me", project: "p", projectId: "p" }, ancestor, "nonsense", null],
    });
    expect(kinds()).not.toContain("field-slip");
  });

  test("every field that the pool writes itself is known", async () => {
    const whole: AccountEntry = {
      account: anAccount({
        ...aSeat(),
        tier: "free",
        project: "p",
        quotaProject: "q",
        location: "eu",
        subject: "1098",
        tags: ["a"],
      }),
      credential: aLogin(),
    };
    const written = encodeAccount(whole.account, whole.credential);
    expect(decodeAccount(written, 1)).toHaveProperty("entry");
    for (const field of Object.keys(written)) {
      // Each is near to itself: one that was not known would be told as a slip of another, or of nothing.
      const { find } = await fileWith({
        accounts: [{ ...KEY, ...written, [field.toUpperCase()]: 1, [field]: undefined }],
      });
      expect(find("field-slip").map(({ meant }) => meant)).toEqual([field]);
    }
  });
});

describe("on a real disk", () => {
  const directory = temporaryDirectories();
  const FILE = '{"version":1,"accounts":[]}';

  function aMachine() {
    const root = systemFiles.resolve(directory());
    const config = join(root, "config", "opencode");
    mkdirSync(config, { recursive: true, mode: 0o700 });
    const path = join(config, "gemini-auth.json");
    const upkeep = doctorOn(path, join(root, "opencode", "gemini-pool.db"));
    const kinds = () => upkeep.inspect().map(({ kind }) => kind);
    return { root, config, path, upkeep, kinds };
  }

  test("a link to a file that is not there is named with its target, and nothing is made", () => {
    const { root, path, upkeep } = aMachine();
    const target = join(root, "disk", "pool", "auth.json");
    symlinkSync(target, path);
    expect(upkeep.inspect()).toEqual([{ kind: "dead-link", path, target }]);
    expect(existsSync(join(root, "disk"))).toBe(false);
  });

  test("the same where the directory is the link, or one above it, or a link leads to a link", () => {
    for (const [at, ...more] of [["opencode"], ["config"], ["config", "far"]] as const) {
      const root = systemFiles.resolve(directory());
      const target = join(root, "disk", "not-mounted");
      const link = at === "config" ? join(root, "config") : join(root, "config", at);
      mkdirSync(dirname(link), { recursive: true });
      const first = more.length > 0 ? join(root, "between") : target;
      if (more.length > 0) symlinkSync(target, first);
      symlinkSync(first, link);
      const path = join(root, "config", "opencode", "gemini-auth.json");
      expect(doctorOn(path, join(root, "gemini-pool.db")).inspect()).toEqual([
        { kind: "dead-link", path: link, target },
      ]);
    }
  });

  test("a link to a good file, and a directory that is one, are none of that", async () => {
    const { root, config, path, kinds } = aMachine();
    mkdirSync(join(root, "dotfiles"));
    symlinkSync(join(root, "dotfiles", "auth.json"), path);
    await storeOn(path).update([adding("k1")]);
    expect(kinds()).not.toContain("dead-link");
    symlinkSync(config, join(root, "linked"));
    expect(doctorOn(join(root, "linked", "other.json"), join(root, "x.db")).inspect()[0]?.kind).toBe(
      "accounts-missing",
    );
  });

  test("a plain file where the lock is made stops every change, is told and taken away", async () => {
    const { path, upkeep, kinds } = aMachine();
    await storeOn(path).update([adding("k1")]);
    const lock = `${path}.lock`;
    writeFileSync(lock, "");
    const found = { kind: "lock-blocked", path: lock, what: "file" } as const;
    // Young or old: no process of ours makes such a one.
    expect(upkeep.inspect()).toContainEqual(found);
    const long = Date.now() / 1_000 - 60;
    utimesSync(lock, long, long);
    expect(upkeep.inspect()).toContainEqual(found);
    expect(kinds()).not.toContain("stale-lock");
    await expect(storeOn(path).update([adding("k2")])).rejects.toMatchObject({ code: "store/unwritable" });
    await upkeep.mend(found);
    expect(kinds()).not.toContain("lock-blocked");
    await storeOn(path).update([adding("k2")]);
    expect(storeOn(path).current().entries).toHaveLength(2);
  });

  test("a lock that somebody made in the meantime is left to them", async () => {
    const { path, upkeep } = aMachine();
    mkdirSync(`${path}.lock`);
    await upkeep.mend({ kind: "lock-blocked", path: `${path}.lock`, what: "file" });
    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  test("a lock with something in it is told and left to its owner", async () => {
    const { config, path, upkeep } = aMachine();
    await storeOn(path).update([adding("k1")]);
    mkdirSync(`${path}.lock/mine`, { recursive: true });
    const found = { kind: "lock-blocked", path: `${path}.lock`, what: "directory" } as const;
    expect(upkeep.inspect()).toContainEqual(found);
    await upkeep.mend(found);
    expect(readdirSync(config)).toContain("gemini-auth.json.lock");
  });

  test("a file that only looks like a lock of ours is nobody's business", async () => {
    const { path, kinds } = aMachine();
    writeFileSync(path, FILE, { mode: 0o600 });
    writeFileSync(`${path}.bak`, FILE, { mode: 0o600 });
    writeFileSync(`${path}.of-my-script.lock`, "", { mode: 0o600 });
    expect(kinds()).toEqual(["accounts"]);
  });
});

describe("copies of a backup", () => {
  /** The accounts file was deleted and its backup not, and then somebody logged in anew. */
  async function afterLoss() {
    const home = await aHome("k1", "k2", "k3");
    home.files.remove(PATH);
    await home.store.update([adding("new")]);
    const copy = home.files.paths().find((path) => path.startsWith(`${BACKUP}-`)) ?? "";
    return { ...home, copy };
  }

  test("are told with the accounts that are in them alone", async () => {
    const { find, copy } = await afterLoss();
    expect(find("copies")).toEqual([
      { kind: "copies", paths: [copy], held: [{ path: copy, labels: ["label k1", "label k2", "label k3"] }] },
    ]);
  });

  test("not with those that came back, were removed, or have another key by now", async () => {
    const { find, store, copy, files } = await afterLoss();
    const held = () => find("copies").flatMap((each) => each.held.flatMap(({ labels }) => labels));
    await store.update([adding("k1")]);
    expect(held()).toEqual(["label k2", "label k3"]);
    await store.update([{ ...adding("other"), credential: aKey("AIza-example-k2") }]);
    expect(held()).toEqual(["label k3"]);
    await store.update([{ type: "add", account: anAccount({ id: "k3" }), credential: aKey("AIza-example-newer") }]);
    expect(held()).toEqual([]);
    await store.update([{ type: "remove", id: "k3", at: NOW }]);
    expect(held()).toEqual([]);
    expect(find("copies").map(({ paths }) => paths)).toEqual([[copy]]);
    files.put(copy, "{,");
    expect(held()).toEqual([]);
  });

  test("each account is told of the newest that has it", async () => {
    const { find, files, copy } = await afterLoss();
    const newer = `${BACKUP}-ffffffff`;
    files.put(newer, files.read(copy).replace('"label k3"', '"newer"'));
    files.touch(copy, NOW - 2_000);
    files.touch(newer, NOW - 1_000);
    expect(find("copies")[0]?.held).toEqual([{ path: newer, labels: ["label k1", "label k2", "newer"] }]);
  });

  test("while the file is gone or broken: what the backup has not either", async () => {
    const { find, files, copy } = await afterLoss();
    files.remove(PATH);
    expect(find("copies")[0]?.held).toEqual([{ path: copy, labels: ["label k1", "label k2", "label k3"] }]);
    files.put(BACKUP, files.read(copy));
    expect(find("copies")[0]?.held).toEqual([]);
    files.put(PATH, "{,");
    expect(find("copies")[0]?.held).toEqual([]);
  });
});

describe("a name that stands twice", () => {
  /** Two accounts, the first with a field twice; the backup knows the first alone. */
  async function twinHome() {
    const home = await aHome("k1");
    const [account] = JSON.parse(home.files.read(PATH)).accounts;
    const first = JSON.stringify({ ...account, tags: ["a"] }).replace('"tags"', '"tags":[],\n"tags"');
    const second = JSON.stringify({
      ...account,
      id: "k2",
      label: "by hand",
      credential: { kind: "api-key", key: "AIza-2" },
    });
    const text = `{"version":1,"accounts":[${first},${second}],"removed":[]}`;
    home.files.put(PATH, text);
    return { ...home, text };
  }

  test("is told, and --fix takes no account away: what can be seen goes on answering", async () => {
    const { files, find, upkeep, kinds, ids, text } = await twinHome();
    const [twins] = find("accounts-lossy");
    expect(twins?.what).toBe('has "tags" twice, again in line 2; what stands under the first is not seen');
    expect(kinds()).not.toContain("accounts-broken");
    const parts = { upkeep, snapshot: () => aPool([]), accountsProblem: () => undefined };
    const { healthy, examined } = await examine(parts, { fix: true });
    expect(healthy).toBe(false);
    expect(examined.filter(({ standing }) => standing === "fixed" || standing === "failed")).toEqual([]);
    expect([files.read(PATH), ids()]).toEqual([text, ["k1", "k2"]]);
  });

  test("in a copy does not hide what only the copy has", async () => {
    const { files, find, text } = await twinHome();
    files.put(`${PATH}.corrupt-1`, text);
    files.put(PATH, files.read(BACKUP));
    expect(find("copies")[0]?.held).toEqual([{ path: `${PATH}.corrupt-1`, labels: ["by hand"] }]);
  });
});

test("options that hold the secret of an OAuth client are for their owner alone, others are nobody's business", async () => {
  const { files, find, mendAll } = await aHome("k1");
  files.put(OPTIONS, '{ "strategy": "sequential" }');
  files.changeMode(OPTIONS, 0o644);
  expect(find("too-open")).toEqual([]);
  files.put(OPTIONS, '{ "oauthClients": [{ "name": "mine", "id": "a", "secret": "example-secret" }] }');
  files.changeMode(OPTIONS, 0o644);
  expect(find("too-open").map(({ path }) => path)).toEqual([OPTIONS]);
  await mendAll("too-open");
  expect(find("too-open")).toEqual([]);
});
