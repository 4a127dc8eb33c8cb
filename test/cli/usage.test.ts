import { describe, expect, test } from "bun:test";
import { aUsage, NOW } from "../support/builders";
import { cli } from "./parts";

const DAY = 86_400_000;

/** A command line over a store in which something was used today, three days ago and a year ago. */
function used() {
  const world = cli();
  for (const hourAt of [NOW, NOW - 3 * DAY, NOW - 365 * DAY]) {
    world.state.apply([{ type: "usage.added", usage: aUsage({ hourAt }) }]);
  }
  return world;
}

describe("usage", () => {
  test("shows the last seven days by the day", async () => {
    const { run, seen } = used();
    expect(await run("usage")).toBe(0);
    expect(seen.out).toContain("2026-11-20");
    expect(seen.out).toContain("2026-11-17");
    expect(seen.out).not.toContain("2025");
    expect(seen).toMatchObject({ err: "", opened: 1, closed: 1 });
  });

  test("--days counts today as one, --by total without it is all time", async () => {
    const rows = async (...argv: string[]) => {
      const { run, seen } = used();
      expect(await run("usage", "--json", ...argv)).toBe(0);
      return JSON.parse(seen.out).rows.map(({ period, requests }: { period: string; requests: number }) => [
        period,
        requests,
      ]);
    };
    expect(await rows("--days", "3")).toEqual([["2026-11-20", 1]]);
    expect(await rows("--days", "4")).toEqual([
      ["2026-11-20", 1],
      ["2026-11-17", 1],
    ]);
    expect(await rows("--by", "total")).toEqual([["total", 3]]);
    expect(await rows("--by", "total", "--days", "4")).toEqual([["total", 2]]);
    expect(await rows("--by", "hour")).toEqual([["2026-11-20T12:00Z", 1]]);
  });

  test("--csv is a header and a line for each account, model and period", async () => {
    const { run, seen } = used();
    expect(await run("usage", "--csv")).toBe(0);
    const lines = seen.out.split("\r\n");
    expect(lines[0]).toStartWith("period,account,");
    expect(lines).toHaveLength(4);
  });

  test("a database that cannot be used is told beside what is known, and is a failure", async () => {
    for (const argv of [["usage"], ["usage", "--json"], ["usage", "--csv"]]) {
      const { run, seen, state } = used();
      Object.assign(state, { problem: () => "/state/pool.db cannot be used (SQLITE_FULL)." });
      expect(await run(...argv)).toBe(1);
      expect(seen.out).toContain("2026-11-20");
      expect(seen.err).toBe("gemini-pool: /state/pool.db cannot be used (SQLITE_FULL).\n");
      expect(seen.closed).toBe(1);
    }
  });

  test("what cannot be meant is said, and no store is opened for it", async () => {
    const wrong = [["--json", "--csv"], ["--by", "week"], ["--days", "0"], ["--days", "91"], ["--days=1e1"]];
    for (const argv of wrong) {
      const { run, seen } = used();
      expect(await run("usage", ...argv)).toBe(2);
      expect(seen).toMatchObject({ out: "", opened: 0 });
      expect(seen.err).toStartWith("gemini-pool usage: ");
    }
  });
});
