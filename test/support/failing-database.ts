import type { Database, OpenDatabase } from "../../src/ports/files";
import { openDatabase } from "../../src/system/database";

/** A real database that counts what is asked of it and fails on demand. */
export interface FailingDatabase {
  readonly open: OpenDatabase;
  /** Everything so far: `open`, `begin`, `commit`, `data_version` and each statement. */
  readonly log: string[];
  /** The next so many go well, then one fails with `code`, and with `forever` every one after it. */
  failAfter(count: number, code: string, forever?: boolean): void;
  /** Everything goes well again. True where it never came to the failure. */
  heal(): boolean;
  /** What was asked of it while `work` ran. */
  during(work: () => void): string[];
}

/** Every step of a transaction is a point at which it may fail, the commit included: what it began is then rolled back. */
export function failingDatabase(): FailingDatabase {
  const log: string[] = [];
  let fault: { left: number; readonly code: string; readonly forever: boolean } | undefined;

  const point = (what: string) => {
    log.push(what);
    if (!fault) return;
    if (fault.left > 0) {
      fault.left -= 1;
      return;
    }
    const { code } = fault;
    if (!fault.forever) fault = undefined;
    throw Object.assign(new Error(code), { code });
  };

  const open: OpenDatabase = (path) => {
    point("open");
    const real = openDatabase(path);
    const database: Database = {
      run: (sql, ...values) => {
        point(sql);
        real.run(sql, ...values);
      },
      all: (sql, ...values) => {
        point(sql);
        return real.all(sql, ...values);
      },
      transaction: (work) => {
        point("begin");
        real.transaction(() => {
          work();
          point("commit");
        });
      },
      dataVersion: () => {
        point("data_version");
        return real.dataVersion();
      },
      close: () => real.close(),
    };
    return database;
  };

  return {
    open,
    log,
    failAfter: (count, code, forever = false) => {
      fault = { left: count, code, forever };
    },
    heal: () => {
      const isUntouched = fault !== undefined && fault.left > 0;
      fault = undefined;
      return isUntouched;
    },
    during: (work) => {
      const before = log.length;
      work();
      return log.slice(before);
    },
  };
}
