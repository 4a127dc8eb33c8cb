import { describe, expect, test } from "bun:test";
import { cli } from "./parts";

describe("status", () => {
  test("an empty pool is an answer, with the way in", async () => {
    const { run, seen } = cli();
    expect(await run("status")).toBe(0);
    expect(seen.out).toBe("No Gemini account yet. Run /login in opencode, or: opencode auth login\n");
    expect(seen).toMatchObject({ opened: 1, closed: 1, err: "" });
  });

  test("shows an account that was added", async () => {
    const { run, seen } = cli({ stdin: "AIza-example-0123456789" });
    await run("login", "--key", "-", "--label", "side");
    expect(await run("status")).toBe(0);
    expect(seen.out).toContain("Gemini pool: 1 of 1 account can answer");
    expect(seen.out).toContain("side · Gemini API, API key");
    expect(seen.out).not.toContain("AIza");
  });

  test("--json is JSON and nothing else", async () => {
    const { run, seen } = cli();
    expect(await run("status", "--json")).toBe(0);
    expect(JSON.parse(seen.out)).toMatchObject({ pool: { total: 0, usable: 0, nextAvailableAt: null }, accounts: [] });
  });

  test("a file that is gone while its backup holds accounts is told with the way back, in both forms", async () => {
    for (const argv of [["status"], ["status", "--json"]]) {
      const { run, seen, files, path, clock } = cli({ stdin: "AIza-example-0123456789" });
      await run("login", "--key", "-", "--label", "side");
      files.remove(path);
      // An editor may have taken it away for a moment; a process that begins now does not know it.
      await run("status");
      seen.err = "";
      await clock.advance(1_000);
      seen.out = "";
      expect(await run(...argv)).toBe(1);
      expect(seen.err).toBe(
        `gemini-pool: ${path} is gone. Its backup holds 1 account. If it was deleted by accident: gemini-pool doctor --fix. If not, delete ${path}.bak too.\n`,
      );
      expect(seen.out).not.toContain("No Gemini account");
      if (argv.includes("--json")) expect(JSON.parse(seen.out)).toMatchObject({ accounts: [] });
      expect(await run("doctor", "--fix")).toBe(0);
      expect(await run("status")).toBe(0);
    }
  });

  test("a backup without an account in it is no loss", async () => {
    const { run, seen, files, path } = cli();
    files.put(`${path}.bak`, '{"version":1,"accounts":[]}');
    expect(await run("status")).toBe(0);
    expect(seen.out).toContain("No Gemini account yet");
  });

  test("a file that cannot be read is a failure that names it, in both forms", async () => {
    for (const argv of [["status"], ["status", "--json"]]) {
      const { run, seen, files, path } = cli();
      files.makeDirectory("/home/me/.config/opencode", 0o700);
      files.writeNew(path, "{ nonsense", 0o600);
      expect(await run(...argv)).toBe(1);
      expect(seen.err).toContain("gemini-auth.json");
      // Nobody knows whether there is an account.
      expect(seen.out).not.toContain("No Gemini account");
      if (argv.includes("--json")) JSON.parse(seen.out);
    }
  });
});
