import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { scopeKey } from "../../src/core/scope";
import { rollUp } from "../../src/core/usage";
import { prepareSchema } from "../../src/storage/state-schema";
import { openDatabase } from "../../src/system/database";
import { aCooldown, NOW } from "../support/builders";
import { failingDatabase } from "../support/failing-database";
import { statePlace } from "../support/state-place";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const HOUR = 3_600_000;
const HOUR_AT = NOW - 5 * HOUR;

/** What version 1 wrote, statement by statement. */
function versionOne(path: string, more: readonly string[] = []): void {
  const database = new Database(path, { create: true });
  const cooldown = JSON.stringify(aCooldown()).replaceAll("'", "''");
  for (const statement of [
    "PRAGMA journal_mode = WAL",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    `CREATE TABLE fact (kind TEXT NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL, lifted_at INTEGER NOT NULL,
       value TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID`,
    "CREATE INDEX fact_revision ON fact (revision)",
    `CREATE TABLE usage (account TEXT NOT NULL, model TEXT NOT NULL, hour INTEGER NOT NULL, requests INTEGER NOT NULL,
       ok INTEGER NOT NULL, failed INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
       cached_tokens INTEGER NOT NULL, thought_tokens INTEGER NOT NULL, PRIMARY KEY (account, model, hour)) WITHOUT ROWID`,
    "INSERT INTO meta VALUES ('revision', 7), ('tidied', 0)",
    `INSERT INTO fact VALUES ('cooldown', '${scopeKey(aCooldown().scope)}', 7, 0, '${cooldown}')`,
    `INSERT INTO fact VALUES ('parked', 'a9', 6, ${NOW - 1}, NULL)`,
    "INSERT INTO usage VALUES ('a1', 'm', 0, 100, 90, 10, 1000, 500, 50, 5)",
    `INSERT INTO usage VALUES ('a1', 'm', ${HOUR_AT}, 3, 2, 1, 30, 20, 10, 1)`,
    `INSERT INTO usage VALUES ('a2', 'm', ${HOUR_AT}, 1, 1, 0, 7, 6, 5, 4)`,
    "PRAGMA user_version = 1",
    ...more,
  ]) {
    database.run(statement);
  }
  database.close();
}

const versionOf = (path: string) => {
  const database = openDatabase(path);
  const version = Number(database.all("PRAGMA user_version")[0]?.["user_version"]);
  database.close();
  return version;
};

test("a database of version 1 keeps all facts and all usage", () => {
  const path = join(directory(), "gemini-pool.db");
  versionOne(path);
  const place = statePlace("", path);
  const store = place.open();
  expect(store.current().cooldowns.get(scopeKey(aCooldown().scope))).toEqual(aCooldown());
  const total = rollUp(store.usageTotals(), "total").map(({ accountId, requests, ok, failed, inputTokens }) => [
    accountId,
    requests,
    ok,
    failed,
    inputTokens,
  ]);
  expect(total).toEqual([
    ["a1", 103, 92, 11, 1030],
    ["a2", 1, 1, 0, 7],
  ]);
  expect(rollUp(store.usageHours(0), "hour").map(({ from, requests }) => [from, requests])).toEqual([
    [HOUR_AT, 3],
    [HOUR_AT, 1],
  ]);
  expect(store.usage(NOW).get("a1")?.total.requests).toBe(103);
  store.close();
  expect(versionOf(path)).toBe(2);
  expect(readdirSync(join(path, "..")).filter((name) => name.includes("corrupt"))).toEqual([]);
});

test("a lift that version 1 remembered still holds", () => {
  const path = join(directory(), "gemini-pool.db");
  versionOne(path);
  const store = statePlace("", path).open();
  const parked = { accountId: "a9", state: "billing", sentence: "", since: NOW - 2 } as const;
  store.current();
  store.apply([{ type: "account.parked", parked }]);
  expect(statePlace("", path).open().current().parked.size).toBe(0);
});

test("two that migrate at once migrate once, and both go on", () => {
  const path = join(directory(), "gemini-pool.db");
  versionOne(path);
  const [one, other] = [openDatabase(path), openDatabase(path)];
  let second: string | undefined;
  // The other one gets in between the first one's look and its write lock.
  const late = {
    ...one,
    transaction: (work: () => void) => {
      second = prepareSchema(other);
      one.transaction(work);
    },
  };
  expect([prepareSchema(late), second]).toEqual(["ready", "ready"]);
  expect(one.all("SELECT sum(requests) AS n FROM usage_total")).toEqual([{ n: 104 }]);
  one.close();
  other.close();
});

test("a migration that fails half way leaves version 1 as it was, and is done by the next that can", () => {
  for (let point = 0; ; point += 1) {
    const path = join(directory(), "gemini-pool.db");
    versionOne(path);
    const failing = failingDatabase();
    failing.failAfter(point, "SQLITE_FULL");
    let failed = false;
    try {
      const database = failing.open(path);
      try {
        prepareSchema(database);
      } finally {
        database.close();
      }
    } catch {
      failed = true;
    }
    const store = statePlace("", path).open();
    expect(rollUp(store.usageTotals(), "total").map(({ requests }) => requests)).toEqual([103, 1]);
    expect(store.current().cooldowns.size).toBe(1);
    store.close();
    if (!failed) {
      expect(point).toBeGreaterThan(8);
      break;
    }
  }
});

test("a file that says it is ours and has not our tables is set aside", () => {
  const path = join(directory(), "gemini-pool.db");
  versionOne(path, ["DROP TABLE usage"]);
  const place = statePlace("", path);
  const store = place.open();
  store.apply([{ type: "cooldown.set", cooldown: aCooldown({ until: NOW + 5 }) }]);
  expect(readdirSync(join(path, "..")).filter((name) => /corrupt-\d+$/.test(name))).toHaveLength(1);
  expect(existsSync(path)).toBe(true);
  expect(place.open().current().cooldowns.size).toBe(1);
  expect(store.problem()).toContain(`${path} is not a database of this plugin`);
});
