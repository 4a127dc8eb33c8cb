import { type AddKeyResult, addKey, isAdded } from "../enrol/add-key";
import type { OptionValues } from "./arguments";
import type { CliIo, Command, ExitCode } from "./command";

const HOW_TO = 'Give the key on standard input: printf %s "$KEY" | gemini-pool login --key -';

/** Adds an API key. It comes from standard input or a hidden prompt, never from the command line, which others can read. */
export const login: Command = {
  name: "login",
  usage: "login [--key -] [--label NAME] [--project ID] [--force]",
  summary: "checks an API key with Google and adds it to the pool",
  options: [
    { name: "key", value: "-", summary: "read the key from standard input; at a terminal you are asked for it" },
    { name: "label", value: "NAME", summary: "how you call it; else key 1, key 2, …" },
    { name: "project", value: "ID", summary: "its Google Cloud project: keys of one project share one quota" },
    { name: "force", summary: "keep it even where Google cannot be reached to check it" },
  ],
  async run(values, io, parts) {
    const given = await keyFrom(values, io);
    if (given.kind === "none") {
      io.stderr(`gemini-pool: ${given.sentence}\n`);
      return given.code;
    }
    const stores = await parts.open();
    try {
      const { accounts: store, state, probe, chance, clock } = stores;
      return report(await addKey({ key: given.key, ...wishes(values) }, { store, state, probe, chance, clock }), io);
    } finally {
      stores.close();
    }
  },
};

type Given = { kind: "key"; key: string } | { kind: "none"; sentence: string; code: ExitCode };

async function keyFrom(values: OptionValues, io: CliIo): Promise<Given> {
  const where = values["key"];
  if (where === "-") return { kind: "key", key: await io.stdin() };
  if (where !== undefined) {
    return { kind: "none", code: 2, sentence: `A key on the command line can be read by others. ${HOW_TO}` };
  }
  if (!io.isTty || !io.secret) return { kind: "none", code: 2, sentence: HOW_TO };
  const key = await io.secret("API key (make one at https://aistudio.google.com/apikey): ");
  return key === undefined
    ? { kind: "none", code: 1, sentence: "given up, nothing was stored." }
    : { kind: "key", key };
}

function wishes({ label, project, force }: OptionValues) {
  return {
    ...(typeof label === "string" ? { label } : {}),
    ...(typeof project === "string" ? { quotaProject: project } : {}),
    ...(force ? { force: true } : {}),
  };
}

function report(result: AddKeyResult, io: CliIo): ExitCode {
  if (isAdded(result)) {
    io.stdout(`${result.sentence}\n`);
    // The screen keeps the model it last had, which may be another provider's.
    if (result.kind === "added") io.stdout("In opencode, choose a google model with /models.\n");
    return 0;
  }
  const hint = result.kind === "unchecked" ? " To keep it all the same: --force" : "";
  io.stderr(`gemini-pool: ${result.sentence}${hint}\n`);
  return result.kind === "wrong" ? 2 : 1;
}
