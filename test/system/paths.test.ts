import { expect, test } from "bun:test";
import { poolPaths } from "../../src/system/paths";

test("without any variable everything lies where opencode keeps its own", () => {
  expect(poolPaths({ HOME: "/home/me" })).toEqual({
    home: "/home/me",
    configDirectory: "/home/me/.config/opencode",
    hostConfigDirectory: "/home/me/.config/opencode",
    accountsFile: "/home/me/.config/opencode/gemini-auth.json",
    optionsFile: "/home/me/.config/opencode/gemini-pool.jsonc",
    stateDirectory: "/home/me/.local/state/opencode",
    stateDatabase: "/home/me/.local/state/opencode/gemini-pool.db",
    hostAuthFile: "/home/me/.local/share/opencode/auth.json",
  });
});

test("the XDG variables move their own part; an empty one counts as unset", () => {
  const paths = poolPaths({ HOME: "/h", XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s", XDG_DATA_HOME: "" });
  expect(paths.accountsFile).toBe("/c/opencode/gemini-auth.json");
  expect(paths.stateDatabase).toBe("/s/opencode/gemini-pool.db");
  expect(paths.hostAuthFile).toBe("/h/.local/share/opencode/auth.json");
});

test("no variable leads into the directory opencode was started in, which may be a cloned project", () => {
  const plain = poolPaths({ HOME: "/h" });
  expect(poolPaths({ HOME: "/h", XDG_CONFIG_HOME: "c", XDG_STATE_HOME: "./s", XDG_DATA_HOME: "../d" })).toEqual(plain);
  for (const [given, directory] of [
    ["own/pool", "/h/own/pool"],
    ["~/pool", "/h/pool"],
    ["~", "/h"],
    ["./~pool", "/h/~pool"],
  ] as const)
    expect(poolPaths({ HOME: "/h", GEMINI_POOL_CONFIG_DIR: given }).configDirectory).toBe(directory);
});

test("GEMINI_POOL_CONFIG_DIR moves the configuration and nothing else; OPENCODE_CONFIG_DIR moves nothing", () => {
  const paths = poolPaths({
    HOME: "/h",
    XDG_CONFIG_HOME: "/c",
    GEMINI_POOL_CONFIG_DIR: "/p",
    OPENCODE_CONFIG_DIR: "/o",
  });
  expect(paths.accountsFile).toBe("/p/gemini-auth.json");
  expect(paths.optionsFile).toBe("/p/gemini-pool.jsonc");
  expect(paths.stateDatabase).toBe("/h/.local/state/opencode/gemini-pool.db");
});
