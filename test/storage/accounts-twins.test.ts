import { expect, test } from "bun:test";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { aKey, anAccount } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";

const PATH = "/home/me/gemini-auth.json";
const account = (id: string) =>
  `{"id":"${id}","label":"${id}","backend":"gemini-api","credential":{"kind":"api-key","key":"AIza-example-${id}"}}`;

function file(text: string) {
  const files = memoryFiles();
  files.put(PATH, text);
  const store = createAccountsFile({
    files,
    locks: memoryLocks(),
    clock: fakeClock(),
    chance: seededChance(),
    path: PATH,
  });
  return { files, store };
}

const adding = { type: "add", account: anAccount({ id: "new" }), credential: aKey() } as const;

test("a second list of accounts is told, and the file is not written to: the first would be lost", async () => {
  const text = `{\n"accounts":[${account("k1")},${account("k2")}],\n"accounts":[${account("k3")}]\n}`;
  const { store, files } = file(text);
  const { entries, problem } = store.current();
  expect(entries.map((entry) => entry.account.id)).toEqual(["k3"]);
  expect(problem).toContain(`${PATH} has "accounts" twice, again in line 3; what stands under the first is not seen.`);
  await expect(store.update([adding])).rejects.toMatchObject({
    code: "store/corrupt",
    message: expect.stringContaining("line 3"),
  });
  expect(files.read(PATH)).toBe(text);
});

test("two keys of one account neither", async () => {
  const text = `{"accounts":[{"id":"k1","backend":"gemini-api","credential":{"kind":"api-key","key":"AIza-example-1","key":"AIza-example-2"}}]}`;
  const { store, files } = file(text);
  await expect(store.update([adding])).rejects.toMatchObject({ code: "store/corrupt" });
  expect(files.read(PATH)).toBe(text);
});

test("a label that is the word itself does no harm", async () => {
  const { store } = file(`{"accounts":[${account("k1").replace('"label":"k1"', '"label":"accounts"')}]}`);
  expect(store.current().problem).toBeUndefined();
  await store.update([adding]);
  expect(store.current().entries).toHaveLength(2);
});

test("a number that is too large is told where something is to be written, and stays as it is", async () => {
  const text = `{"note":12345678901234567890,"accounts":[${account("k1")}]}`;
  const { store, files } = file(text);
  expect(store.current().entries).toHaveLength(1);
  await expect(store.update([adding])).rejects.toMatchObject({
    code: "store/corrupt",
    message: `${PATH} has a number in line 1 that is too large to be kept. Put it in quotes. It is not written to until then.`,
  });
  expect(files.read(PATH)).toBe(text);
});
