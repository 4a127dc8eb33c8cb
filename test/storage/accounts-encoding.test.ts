import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { systemFiles } from "../../src/system/files";
import { aKey, anAccount } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const adding = { type: "add", account: anAccount({ id: "new" }), credential: aKey() } as const;

function homeWith(bytes: Uint8Array) {
  const path = join(directory(), "gemini-auth.json");
  writeFileSync(path, bytes);
  const world = { files: systemFiles, locks: memoryLocks(), clock: fakeClock(), chance: seededChance(), path };
  return { path, store: createAccountsFile(world) };
}

const text = (label: string) =>
  `{"accounts":[\n{"id":"k1","label":"${label}","backend":"gemini-api","credential":{"kind":"api-key","key":"AIza-example-1"}}]}`;

test("a file in Latin-1 is told and answers, but is not written to: its letters would be lost", async () => {
  const bytes = Buffer.from(text("B\u00fcro"), "latin1");
  const { path, store } = homeWith(bytes);
  expect(store.current().entries.map(({ account }) => account.id)).toEqual(["k1"]);
  const words = `${path} is not UTF-8 in line 2. Correct it and save it as UTF-8. It is not written to until then.`;
  expect(store.current().problem).toBe(words);
  await expect(store.update([adding])).rejects.toMatchObject({ code: "store/corrupt", message: words });
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test("a file in UTF-16, as PowerShell writes, is named as that and left alone", async () => {
  const bytes = Buffer.from(`\uFEFF${text("side")}`, "utf16le");
  const { path, store } = homeWith(bytes);
  expect(store.current().problem).toContain(`${path} is UTF-16, not UTF-8.`);
  await expect(store.update([adding])).rejects.toMatchObject({ code: "store/corrupt" });
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test("letters of any language in UTF-8, with a byte order mark too, are kept", async () => {
  for (const mark of ["", "\uFEFF"]) {
    const { path, store } = homeWith(Buffer.from(mark + text("B\u00fcro \u6771\u4eac"), "utf8"));
    expect(store.current().problem).toBeUndefined();
    await store.update([adding]);
    expect(readFileSync(path, "utf8")).toContain("B\u00fcro \u6771\u4eac");
  }
});
