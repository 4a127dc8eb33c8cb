import { expect, test } from "bun:test";
import { createHostConfigKey } from "../../src/storage/host-config";
import { parseJsonc } from "../../src/system/jsonc";
import { memoryFiles } from "../support/memory-files";

const withKey = (apiKey: string) =>
  `{ "provider": { "google": { "options": { "apiKey": ${JSON.stringify(apiKey)} } } } } // mine`;

function keyOf(texts: Record<string, string>, env: Record<string, string> = {}): string | undefined {
  const files = memoryFiles();
  for (const [path, text] of Object.entries(texts)) files.put(path, text);
  const source = createHostConfigKey({
    files,
    directory: "/config/opencode",
    home: "/home/me",
    env,
    parse: parseJsonc,
  });
  const credential = source.current().entries[0]?.credential;
  return credential?.kind === "api-key" ? credential.key : undefined;
}

test("the user's key is an account, comments and all; the later file wins, as for opencode", () => {
  expect(keyOf({ "/config/opencode/opencode.jsonc": withKey("AIza-example-one") })).toBe("AIza-example-one");
  const both = { "/config/opencode/opencode.json": withKey("a"), "/config/opencode/opencode.jsonc": withKey("b") };
  expect(keyOf(both)).toBe("b");
  expect(keyOf(both, { OPENCODE_CONFIG_CONTENT: withKey("c") })).toBe("c");
});

test("variables and files are filled in", () => {
  const path = "/config/opencode/opencode.json";
  expect(keyOf({ [path]: withKey("{env:MY_KEY}") }, { MY_KEY: "AIza-example-two" })).toBe("AIza-example-two");
  expect(keyOf({ [path]: withKey("{file:key.txt}"), "/config/opencode/key.txt": "AIza-example-three\n" })).toBe(
    "AIza-example-three",
  );
  expect(keyOf({ [path]: withKey("{env:NOT_SET}") })).toBeUndefined();
});

test("no file, a broken one, and one without a key say nothing", () => {
  expect(keyOf({})).toBeUndefined();
  expect(keyOf({ "/config/opencode/opencode.json": "{" })).toBeUndefined();
  expect(keyOf({ "/config/opencode/opencode.json": '{"provider":{"google":[]}}' })).toBeUndefined();
});

test("a change is seen after a reload, which opencode does at its start", () => {
  const files = memoryFiles();
  const source = createHostConfigKey({ files, directory: "/c", home: "/home/me", env: {}, parse: parseJsonc });
  expect(source.current().entries).toEqual([]);
  files.put("/c/opencode.json", withKey("AIza-example-one"));
  expect(source.current()).toBe(source.current());
  source.reload();
  expect(source.current().entries.length).toBe(1);
});
