import { importAccounts } from "../enrol/import-accounts";
import { clientsIn, unreadClient } from "../enrol/own-clients";
import { credentialMark } from "../pool/unpark";
import type { ForeignFormat, ForeignReading, ForeignWish } from "../ports/import";
import type { OptionValues } from "./arguments";
import type { CliImport, CliIo, CliStores, Command, ExitCode } from "./command";
import { termsNote } from "./import-note";
import { importJson, importReport } from "./import-report";

/** `ancestor` is read like the pool's own files; the name is for people. */
const FROM: readonly ForeignFormat[] = ["pool", "ancestor", "antigravity", "opencode", "env"];
const NO_CLIENT = "there is no OAuth client of that name: gemini-pool oauth-client";
const HOW_TO = "Name a file, - for standard input, or --from antigravity, opencode or env.";

/** Adds the accounts of another program or machine. */
export const importCommand: Command = {
  name: "import",
  usage: "import [FILE|-] [--from FORMAT] [--client NAME] [--dry-run] [--json]",
  summary: "adds the accounts of another program, machine or .env file; replaces and removes nothing",
  operand: {
    name: "file",
    value: "FILE",
    summary: "gemini-auth.json, antigravity-accounts.json, opencode's auth.json, a .env file; - is standard input",
  },
  options: [
    { name: "from", value: "FORMAT", summary: `${FROM.join(", ")}; told from the content unless given` },
    { name: "client", value: "NAME", summary: "your own OAuth client that its logins were made with" },
    { name: "dry-run", summary: "only say what would be added" },
    { name: "json", summary: "for programs: a stable form" },
  ],
  async run(values, io, parts) {
    if (!parts.importing) return fail(io, 1, "there are no files to import from here.");
    const [stores, importing] = await Promise.all([parts.open(), parts.importing()]);
    try {
      const asked = await readingOf(values, io, { stores, importing });
      return "wrong" in asked
        ? fail(io, asked.code, asked.wrong)
        : await carryOut(asked, { values, io, stores, importing });
    } finally {
      stores.close();
    }
  },
};

interface World {
  readonly stores: CliStores;
  readonly importing: CliImport;
}

interface Refused {
  readonly wrong: string;
  readonly code: ExitCode;
}

type Asked = ForeignReading | Refused;

function fail(io: CliIo, code: ExitCode, sentence: string): ExitCode {
  io.stderr(`gemini-pool import: ${sentence}\n`);
  return code;
}

/** The options as a wish, or what is wrong with them. */
function wishOf({ from, client }: OptionValues, { accounts }: CliStores): ForeignWish | Refused {
  const format = FROM.find((each) => each === from);
  if (from !== undefined && !format) return { wrong: `--from takes ${FROM.join(", ")}.`, code: 2 };
  const own = clientsIn(accounts).find(({ name }) => name === client);
  const unread = typeof client === "string" ? unreadClient(client, accounts) : undefined;
  if (unread !== undefined) return { wrong: unread, code: 1 };
  if (client !== undefined && !own) return { wrong: NO_CLIENT, code: 2 };
  return { ...(format ? { from: format } : {}), ...(own ? { client: own.client } : {}) };
}

async function readingOf(values: OptionValues, io: CliIo, { stores, importing }: World): Promise<Asked> {
  const wish = wishOf(values, stores);
  if ("wrong" in wish) return wish;
  const { file } = values;
  if (file === undefined && wish.from === "env") return importing.environment(wish);
  if (file === "-") return importing.foreign(await io.stdin(), wish);
  const path = typeof file === "string" ? file : wish.from && importing.usualFile(wish.from);
  if (path === undefined) return { wrong: HOW_TO, code: 2 };
  const text = importing.read(path);
  // What was given may be a key that was pasted in the wrong place: it is not repeated.
  return text === undefined
    ? { wrong: "the file cannot be read, or is not there.", code: 1 }
    : importing.foreign(text, wish);
}

interface Run extends World {
  readonly values: OptionValues;
  readonly io: CliIo;
}

async function carryOut(reading: ForeignReading, { values, io, stores, importing }: Run): Promise<ExitCode> {
  const isDryRun = values["dry-run"] === true;
  const { accounts: store, state, chance, clock } = stores;
  const world = { store, state, chance, clock, removed: importing.removed, markOf: credentialMark };
  // A change of nothing fails where the import would: a file that cannot be read takes no account.
  if (isDryRun && store.current().problem !== undefined) await store.update([]);
  const result = await importAccounts(reading, world, { isDryRun });
  if (result.kind === "failed") return fail(io, 1, `${result.sentence} Nothing was changed.`);
  const done = { ...result, notes: [...result.notes, ...termsNote(reading, result.items, store.current().clients)] };
  const json = () => `${JSON.stringify(importJson(done, isDryRun), undefined, 2)}\n`;
  io.stdout(values["json"] ? json() : importReport(done, isDryRun));
  return result.items.some((item) => item.result !== "skipped") ? 0 : 1;
}
