import { CLIENTS_PAGE } from "../enrol/client-file";
import { addClient, clientsIn, removeClient } from "../enrol/own-clients";
import type { OptionValues } from "./arguments";
import type { CliIo, CliLogin, Command, ExitCode } from "./command";
import { tellProblem } from "./problem";

const HOW_TO = "add FILE.json, list, or remove NAME.";
const NONE = `There is no OAuth client yet. Make one of the type Desktop app at ${CLIENTS_PAGE}, download its JSON file, and: gemini-pool oauth-client add FILE.json\n`;

/** The OAuth clients of the user's own: what logins for the Gemini API, Vertex AI and seats are made with. */
export const oauthClient: Command = {
  name: "oauth-client",
  usage: "oauth-client add FILE|- [--name NAME] | list | remove NAME",
  summary: "your own OAuth clients (type Desktop app), for logins with your Google account",
  operands: [
    { name: "action", value: "add, list, remove", summary: "what to do" },
    {
      name: "what",
      value: "FILE or NAME",
      summary: "the JSON file of the Cloud console (- is standard input); a name",
    },
  ],
  options: [{ name: "name", value: "NAME", summary: "how you call it; else as its project" }],
  async run(values, io, parts) {
    const { action, what, name } = values;
    const isKnown = action === "add" || action === "list" || action === "remove";
    if (!isKnown || (action === "list") !== (what === undefined)) return fail(io, 2, HOW_TO);
    if (name !== undefined && action !== "add") return fail(io, 2, "--name goes with add.");
    if (!parts.login) return fail(io, 1, "There are no accounts here.");
    const world = await parts.login();
    try {
      if (action === "list") return list(io, world);
      return action === "add" ? await add(values, io, world) : await remove(String(what), io, world);
    } finally {
      world.close();
    }
  },
};

function fail(io: CliIo, code: ExitCode, sentence: string): ExitCode {
  io.stderr(`gemini-pool oauth-client: ${sentence}\n`);
  return code;
}

function list(io: CliIo, { store }: CliLogin): ExitCode {
  const clients = clientsIn(store);
  const { problem } = store.current();
  if (clients.length === 0 && problem === undefined) io.stderr(NONE);
  for (const { name, client } of clients) io.stdout(`${name}  ${client.id}\n`);
  return tellProblem(problem, io);
}

async function add({ what, name }: OptionValues, io: CliIo, world: CliLogin): Promise<ExitCode> {
  const text = what === "-" ? await io.stdin() : world.readText(world.absolutePath(String(what)));
  if (text === undefined) return fail(io, 1, "The file is not there, or cannot be read.");
  const result = await addClient(text, world.store, typeof name === "string" ? name : undefined);
  if (!("client" in result)) return fail(io, result.kind === "wrong" ? 2 : 1, result.sentence);
  io.stdout(`${result.sentence}\nTo log in with it: gemini-pool login\n`);
  return 0;
}

async function remove(name: string, io: CliIo, { store }: CliLogin): Promise<ExitCode> {
  const result = await removeClient(name, store);
  if (result.kind !== "removed") return fail(io, result.kind === "wrong" ? 2 : 1, result.sentence);
  io.stdout(`${result.sentence}\n`);
  return 0;
}
