import type { CliImport, CliIo, CliParts } from "../../src/cli/command";
import { runCli } from "../../src/cli/main";
import { createForeignReader, readEnvironment } from "../../src/storage/import/foreign";
import { removedIds } from "../../src/storage/import/removed";
import { importableAccounts } from "../../src/system/env-accounts";
import { addKeyParts } from "../enrol/parts";
import { aPool } from "../view/pool";
import { captured } from "./captured";

interface Given {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Import and export of a machine in memory: its accounts file, its other programs' files and its environment. */
export function exchange({ stdin = "", env = {} }: Given = {}) {
  const world = addKeyParts();
  const { store, state, probe, chance, clock, files, path } = world;
  const seen = { out: "", err: "", opened: 0, closed: 0 };
  const io: CliIo = { ...captured(seen), stdin: async () => stdin };
  const read = (from: string) => {
    try {
      return files.read(from);
    } catch {
      return undefined;
    }
  };
  const importing: CliImport = {
    read,
    foreign: createForeignReader(importableAccounts),
    environment: (wish) => readEnvironment(env, importableAccounts, wish),
    usualFile: (from) => (from === "opencode" ? "/home/me/.local/share/opencode/auth.json" : undefined),
    removed: () => removedIds(read(path)),
  };
  const parts: CliParts = {
    version: "1.2.3",
    offsetMs: () => 0,
    importing: async () => importing,
    open: async () => {
      seen.opened++;
      const stores = { accounts: store, state, probe, chance, clock, snapshot: () => aPool([]) };
      return { ...stores, close: () => void seen.closed++ } as unknown as Awaited<ReturnType<CliParts["open"]>>;
    },
  };
  return { ...world, seen, parts, io, run: (...argv: string[]) => runCli(argv, io, parts) };
}
