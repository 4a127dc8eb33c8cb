import { describe, expect, test } from "bun:test";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { sentenceOf } from "../../src/view/doctor-words";
import type { memoryFiles } from "../support/memory-files";
import { adding, aHome, BACKUP, inMemory, PATH } from "./upkeep-home";

const storeOn = (files: ReturnType<typeof memoryFiles>, path = PATH) =>
  createAccountsFile({ ...inMemory(files), path });

const labels = (text: string) => JSON.parse(text).accounts.map(({ id }: { id: string }) => id);

describe("an older version of the accounts file that is put back, by a checkout, a sync or an editor", () => {
  async function putBack() {
    const home = await aHome("k1");
    const older = home.files.read(PATH);
    await storeOn(home.files).update([adding("k2"), adding("k3")]);
    home.files.put(PATH, older);
    return home;
  }
  const copies = ({ files }: Awaited<ReturnType<typeof putBack>>) =>
    files.paths().filter((path) => path.startsWith(`${BACKUP}-`));

  test("is told with what the backup alone has, before anything is lost", async () => {
    const { find } = await putBack();
    const [behind] = find("backup-behind");
    expect(behind).toMatchObject({ because: "older", held: ["label k2", "label k3"] });
    expect(sentenceOf(behind as NonNullable<typeof behind>)).toContain(
      "2 accounts (label k2, label k3) more than the file",
    );
  });

  test("loses nothing with the next change: the backup is kept once more, and doctor says where", async () => {
    const home = await putBack();
    await storeOn(home.files).update([{ type: "set-enabled", id: "k1", enabled: false }]);
    expect(labels(home.files.read(PATH))).toEqual(["k1"]);
    const [copy = ""] = copies(home);
    expect(labels(home.files.read(copy))).toEqual(["k1", "k2", "k3"]);
    expect(home.find("copies")[0]?.held).toEqual([{ path: copy, labels: ["label k2", "label k3"] }]);
  });

  test("nor with doctor --fix", async () => {
    const home = await putBack();
    await home.mendAll("backup-behind");
    expect(copies(home).map((path) => labels(home.files.read(path)))).toEqual([["k1", "k2", "k3"]]);
    expect(home.find("backup-behind")).toEqual([]);
  });

  test("an ordinary edit by hand keeps no copy: nothing of the backup is missing", async () => {
    const home = await aHome("k1", "k2");
    home.files.put(PATH, home.files.read(PATH).replace("label k1", "mine"));
    await storeOn(home.files).update([{ type: "set-enabled", id: "k2", enabled: false }]);
    await storeOn(home.files).update([{ type: "remove", id: "k1", at: 1 }]);
    await storeOn(home.files).update([adding("k3")]);
    expect(copies(home)).toEqual([]);
  });
});

test("files of others beside ours are never taken for what a dead process left", async () => {
  const { files, find } = await aHome("k1");
  const others = [`${PATH}.tmp`, `${PATH}.mine.tmp`, `${PATH}.2026-11-21.tmp`];
  for (const path of others) files.put(path, "a copy by hand");
  files.put(`${PATH}.pool-x.tmp`, "half");
  await storeOn(files).update([adding("k2")]);
  for (const path of others) expect(files.read(path)).toBe("a copy by hand");
  expect(files.stat(`${PATH}.pool-x.tmp`)).toBeUndefined();
  expect(find("left-over")).toEqual([]);
});

test("a file that is saved with each letter leaves ten copies of broken versions at most", async () => {
  const { files } = await aHome("k1");
  const store = storeOn(files);
  for (let length = 1; length <= 30; length++) {
    files.put(PATH, '{"accounts": [ { "id": "k9", "label"'.slice(0, length));
    store.current();
  }
  expect(files.paths().filter((path) => path.startsWith(`${PATH}.corrupt-`)).length).toBe(10);
});

test("what a person leaves empty counts as not there, and space around an id does not hide it", async () => {
  const { files } = await aHome();
  const credential = { kind: "oauth", refreshToken: "1//example", client: { id: "own" } };
  const seat = (id: string, project: unknown) => ({ id, label: id, backend: "code-assist", project, credential });
  files.put(PATH, JSON.stringify({ accounts: [seat(" s1 ", ""), seat("s2", null), seat("s3", " ")] }));
  const store = storeOn(files);
  expect(store.current().entries.map(({ account }) => [account.id, account.project])).toEqual([
    ["s1", undefined],
    ["s2", undefined],
    ["s3", undefined],
  ]);
  for (const id of ["s1", "s2", "s3"])
    await store.update([{ type: "set-project", id, project: "found", isFill: true }]);
  expect(store.current().entries.map(({ account }) => account.project)).toEqual(["found", "found", "found"]);
});

test("nothing is put in the place of a device", async () => {
  const { files } = await aHome();
  const store = storeOn(files, "/dev/null");
  await expect(store.update([adding("k1")])).rejects.toMatchObject({ code: "store/unwritable" });
  expect(files.paths().filter((path) => path.startsWith("/dev/null") && !path.endsWith(".lock"))).toEqual([]);
  // Memory, as some keep their configuration in.
  await storeOn(files, "/dev/shm/opencode/gemini-auth.json").update([adding("k1")]);
});
