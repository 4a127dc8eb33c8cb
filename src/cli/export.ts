import { exportEnv } from "../enrol/export-env";
import { exportJson } from "../enrol/export-json";
import { counted } from "../view/text";
import type { Command } from "./command";

const WARNING =
  "gemini-pool export: this holds your keys and logins. Keep it where nobody else can read it, and delete it after use.\n";

/** Writes the accounts of the user's own file, for another machine or program. Fails where that is less than all of them. */
export const exportAccounts: Command = {
  name: "export",
  usage: "export [--json|--env] [--secrets]",
  summary: "your accounts for another machine or program; without keys and logins unless you ask for them",
  options: [
    { name: "json", summary: "in the form of gemini-auth.json (unless told)" },
    { name: "env", summary: "as numbered variables for a shell or a .env file" },
    { name: "secrets", summary: "with keys, logins and e-mails" },
  ],
  async run({ json, env, secrets }, io, parts) {
    if (json && env) {
      io.stderr("gemini-pool export: --json or --env, not both.\n");
      return 2;
    }
    const stores = await parts.open();
    try {
      const { entries, problem } = stores.accounts.current();
      if (problem !== undefined) io.stderr(`gemini-pool export: ${problem}\n`);
      if (problem !== undefined && entries.length === 0) return 1;
      const wish = { secrets: secrets === true };
      io.stdout(env ? exportEnv(entries, wish) : exportJson(entries, wish));
      const told = `${counted(entries.length, "account")} without keys and logins; to have them too: --secrets`;
      io.stderr(wish.secrets ? WARNING : `gemini-pool export: ${told}\n`);
      return problem === undefined ? 0 : 1;
    } finally {
      stores.close();
    }
  },
};
