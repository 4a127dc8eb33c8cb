import { expect, test } from "bun:test";
import { createHostConfigKey } from "../../src/storage/host-config";
import { parseJsonc } from "../../src/system/jsonc";
import { memoryFiles } from "../support/memory-files";

const address = () => "https://generativelanguage.googleapis.com";

const withKey = (apiKey: string) =>
  `{ "provider": { "google": { "options": { "apiKey": ${JSON.stringify(apiKey)} } } } } // mine`;

function sourceOf(texts: Record<string, string>, env: Record<string, string> = {}, goesTo = address) {
  const files = memoryFiles();
  for (const [path, text] of Object.entries(texts)) files.put(path, text);
  return createHostConfigKey({
    files,
    directory: "/config/opencode",
    home: "/home/me",
    env,
    parse: parseJsonc,
    address: goesTo,
  });
}

function keyOf(texts: Record<string, string>, env: Record<string, string> = {}): string | undefined {
  const source = sourceOf(texts, env);
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
  const source = createHostConfigKey({ files, directory: "/c", home: "/home/me", env: {}, parse: parseJsonc, address });
  expect(source.current().entries).toEqual([]);
  files.put("/c/opencode.json", withKey("AIza-example-one"));
  expect(source.current()).toBe(source.current());
  source.reload();
  expect(source.current().entries.length).toBe(1);
});

const withAddress = (baseURL: string, apiKey = "sk-example-gateway") =>
  JSON.stringify({ provider: { google: { options: { baseURL, apiKey } } } });

test("a key beside an address of the user's own belongs there: it is no account, and that is told without it", () => {
  const path = "/config/opencode/opencode.json";
  for (const url of ["http://127.0.0.1:8080/v1beta", "https://gateway.example/google", "no address"]) {
    const source = sourceOf({ [path]: withAddress(url) });
    expect(source.current().entries).toEqual([]);
    expect(source.gateway()).toBe(url);
    expect(source.gatewayWords()).toContain("endpoints");
    expect(source.gatewayWords()).not.toContain("sk-example");
  }
  // The address in one file, the key in another, as opencode merges them.
  const apart = {
    [path]: withKey("sk-example-gateway"),
    "/config/opencode/opencode.jsonc": withAddress("{env:GATEWAY}", ""),
  };
  expect(keyOf(apart, { GATEWAY: "https://gateway.example" })).toBeUndefined();
  expect(keyOf(apart)).toBe("sk-example-gateway");
});

test("a key beside Google's own address, or the one that the pool is told, is an account", () => {
  const path = "/config/opencode/opencode.json";
  for (const url of [
    "https://generativelanguage.googleapis.com/v1beta",
    "https://generativelanguage.googleapis.com/",
  ]) {
    const source = sourceOf({ [path]: withAddress(url) });
    expect(source.current().entries.length).toBe(1);
    expect(source.gateway()).toBeUndefined();
    expect(source.gatewayWords()).toBeUndefined();
  }
  const told = sourceOf({ [path]: withAddress("https://gateway.example/v1beta") }, {}, () => "https://gateway.example");
  expect(told.current().entries.length).toBe(1);
});

test("wherever opencode reads the user's address from, it is found", () => {
  const gateway = "https://gateway.example/v1beta";
  const home = sourceOf({ "/home/me/.opencode/opencode.json": withAddress(gateway) });
  expect(home.gateway()).toBe(gateway);
  const named = { "/else/oc.json": withAddress("{file:./gw.txt}"), "/else/gw.txt": `${gateway}\n` };
  expect(sourceOf(named, { OPENCODE_CONFIG: "/else/oc.json" }).gateway()).toBe(gateway);
  const host = {
    "/config/opencode/opencode.json": withAddress(" {file:host.txt}/v1beta "),
    "/config/opencode/host.txt": "https://gateway.example\n",
  };
  expect(sourceOf(host).gateway()).toBe(gateway);
});
