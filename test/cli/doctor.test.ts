import { describe, expect, test } from "bun:test";
import type { CliParts } from "../../src/cli/command";
import { runCli } from "../../src/cli/main";
import { createUpkeep } from "../../src/storage/upkeep";
import { addKeyParts } from "../enrol/parts";
import { memoryLocks } from "../support/memory-locks";
import { aPool } from "../view/pool";
import { captured } from "./captured";

/** The real doctor over an accounts file in memory. */
function aDoctor() {
  const world = addKeyParts();
  const { store, files, clock, chance, path } = world;
  const seen = { out: "", err: "", closed: 0 };
  const io = captured(seen);
  const stores = {
    accounts: store,
    state: world.state,
    probe: world.probe,
    chance,
    clock,
    snapshot: () => aPool([], { problem: store.current().problem }),
    close: () => void seen.closed++,
  };
  const stateDatabase = "/home/me/.local/state/opencode/gemini-pool.db";
  const optionsFile = "/home/me/.config/opencode/gemini-pool.jsonc";
  const parts: CliParts = {
    version: "1.2.3",
    offsetMs: () => 0,
    open: async () => stores as unknown as Awaited<ReturnType<CliParts["open"]>>,
    upkeep: async () => createUpkeep({ files, locks: memoryLocks(), clock, chance, path, stateDatabase, optionsFile }),
  };
  return { files, path, seen, run: (...argv: string[]) => runCli(argv, io, parts), parts, io };
}

const FILE = '{"version":1,"accounts":[]}';

describe("doctor", () => {
  test("an empty home is well: exit 0, with the way in", async () => {
    const { run, seen } = aDoctor();
    expect(await run("doctor")).toBe(0);
    expect(seen.out).toContain("all is well");
    expect(seen.out).toContain("gemini-pool login");
    expect(seen).toMatchObject({ err: "", closed: 1 });
  });

  test("exit 1 while something needs a person, 0 once --fix has put it right", async () => {
    const { run, seen, files, path } = aDoctor();
    files.put(path, FILE, 0o644);
    expect(await run("doctor")).toBe(1);
    expect(seen.out).toContain("1 thing needs you");
    expect(files.stat(path)?.mode).toBe(0o644);
    expect(await run("doctor", "--fix")).toBe(0);
    expect(files.stat(path)?.mode).toBe(0o600);
    expect(await run("doctor")).toBe(0);
  });

  test("what --fix cannot put right is told, and fails", async () => {
    const { run, seen, files, path } = aDoctor();
    files.put(path, "{,");
    expect(await run("doctor", "--fix")).toBe(1);
    expect(seen.out).toContain("Correct it by hand; there is no backup.");
    // The store says it too; it is told once.
    expect(seen.out.split("is not valid JSON")).toHaveLength(2);
    expect(files.read(path)).toBe("{,");
  });

  test("--json is JSON and nothing else, with the same exit code", async () => {
    const { run, seen, files, path } = aDoctor();
    files.put(path, "{,");
    expect(await run("doctor", "--json")).toBe(1);
    expect(JSON.parse(seen.out)).toMatchObject({ healthy: false, findings: [{ kind: "accounts-broken" }, {}] });
    expect(seen.err).toBe("");
  });

  test("where there are no files to look at it says so", async () => {
    const { parts, io, seen } = aDoctor();
    const { upkeep: _, ...without } = parts;
    expect(await runCli(["doctor"], io, without)).toBe(1);
    expect(seen.err).toContain("there are no files");
  });
});
