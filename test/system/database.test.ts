import { expect, test } from "bun:test";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../src/system/database";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const mode = (path: string) => statSync(path).mode & 0o777;

test("file, journal and directory are private, also where the file was not", () => {
  const path = join(directory(), "state", "pool.db");
  const database = openDatabase(path);
  database.run("CREATE TABLE t (n INTEGER)");
  expect([mode(join(path, "..")), mode(path), mode(`${path}-wal`)]).toEqual([0o700, 0o600, 0o600]);
  database.close();

  const open = join(directory(), "open.db");
  writeFileSync(open, "", { mode: 0o644 });
  openDatabase(open).close();
  expect(mode(open)).toBe(0o600);
});

test("the data version tells only of others' commits", () => {
  const path = join(directory(), "pool.db");
  const [ours, theirs] = [openDatabase(path), openDatabase(path)];
  ours.run("CREATE TABLE t (n INTEGER)");
  const before = ours.dataVersion();
  ours.run("INSERT INTO t VALUES (?)", 1);
  expect(ours.dataVersion()).toBe(before);
  theirs.run("INSERT INTO t VALUES (?)", 2);
  expect(ours.dataVersion()).not.toBe(before);
  expect(ours.all("SELECT n FROM t ORDER BY n")).toEqual([{ n: 1 }, { n: 2 }]);
  ours.close();
  theirs.close();
});

test("a transaction that throws leaves nothing behind and can be followed by another", () => {
  const database = openDatabase(join(directory(), "pool.db"));
  database.run("CREATE TABLE t (n INTEGER)");
  const broken = () =>
    database.transaction(() => {
      database.run("INSERT INTO t VALUES (1)");
      throw new Error("half way");
    });
  expect(broken).toThrow("half way");
  database.transaction(() => database.run("INSERT INTO t VALUES (2)"));
  expect(database.all("SELECT n FROM t")).toEqual([{ n: 2 }]);
  database.close();
});

test("a file that is no database is refused with SQLite's code", () => {
  const path = join(directory(), "pool.db");
  writeFileSync(path, "this is not a database, and it is long enough to be looked at".repeat(10));
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: "SQLITE_NOTADB" }));
});
