import { describe, expect, test } from "bun:test";
import { NOW } from "../support/builders";
import { cli } from "./parts";

const KEY = "AIza-example-0123456789";

describe("events", () => {
  test("nothing so far is an answer", async () => {
    const { run, seen } = cli();
    expect(await run("events")).toBe(0);
    expect(seen).toMatchObject({ out: "Nothing has happened yet.\n", err: "", opened: 1, closed: 1 });
  });

  test("shows the newest last, by the names of the accounts", async () => {
    const { run, seen, state, store } = cli({ stdin: KEY });
    await run("login", "--key", "-", "--label", "side");
    const accountId = store.current().entries[0]?.account.id ?? "";
    for (const at of [NOW, NOW + 1_000, NOW + 2_000]) state.remember({ type: "token.refreshed", at, accountId });
    seen.out = "";
    expect(await run("events", "--limit", "2")).toBe(0);
    expect(seen.out).toBe("2026-11-20 12:00:01 side: login renewed\n2026-11-20 12:00:02 side: login renewed\n");
  });

  test("--json is a list of events and nothing else", async () => {
    const { run, seen, state } = cli();
    state.remember({ type: "storage.degraded", at: NOW, sentence: `refused for ${KEY}` });
    expect(await run("events", "--json")).toBe(0);
    expect(JSON.parse(seen.out)).toMatchObject([{ type: "storage.degraded", at: NOW }]);
    expect(seen.out).not.toContain(KEY);
  });

  test("a database that cannot be used is told beside what is known, and is a failure", async () => {
    for (const [argv, out] of [
      [["events"], "Nothing has happened yet.\n"],
      [["events", "--json"], "[]\n"],
    ] as const) {
      const { run, seen, state } = cli();
      Object.assign(state, { problem: () => "/state/pool.db cannot be used (SQLITE_FULL)." });
      expect(await run(...argv)).toBe(1);
      expect(seen).toMatchObject({
        out,
        err: "gemini-pool: /state/pool.db cannot be used (SQLITE_FULL).\n",
        closed: 1,
      });
    }
  });

  test("a limit that is none is asked again, and no store is opened for it", async () => {
    for (const limit of ["0", "-1", "many", "1001", "1.5"]) {
      const { run, seen } = cli();
      expect(await run("events", `--limit=${limit}`)).toBe(2);
      expect(seen).toMatchObject({ out: "", opened: 0 });
      expect(seen.err).toContain("1 to 1000");
    }
  });
});
