import { join } from "node:path";
import type { CliImport } from "../cli/command";
import { createForeignReader, readEnvironment } from "../storage/import/foreign";
import { removedIds } from "../storage/import/removed";
import { environment } from "../system/env";
import { importableAccounts } from "../system/env-accounts";
import { textIn } from "../system/files";
import { poolPaths } from "../system/paths";

/** What an import reads of this machine. */
export function openImporting(): CliImport {
  const paths = poolPaths(environment());
  const usual: Readonly<Record<string, string>> = {
    opencode: paths.hostAuthFile,
    antigravity: join(paths.hostConfigDirectory, "antigravity-accounts.json"),
  };
  return {
    read: (path) => textIn(path),
    foreign: createForeignReader(importableAccounts),
    environment: (wish) => readEnvironment(environment(), importableAccounts, wish),
    usualFile: (from) => usual[from],
    removed: () => removedIds(textIn(paths.accountsFile)),
  };
}
