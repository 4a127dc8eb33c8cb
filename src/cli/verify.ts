import { findAccount } from "../enrol/find-account";
import { verifyAccount } from "../enrol/verify-account";
import type { CliIo, Command, ExitCode } from "./command";

/** "I have verified": one call that finds out whether an account works again. */
export const verify: Command = {
  name: "verify",
  usage: "verify ACCOUNT",
  summary: "asks Google once whether an account works, and uses it again if it does",
  operand: { name: "account", value: "ACCOUNT", summary: "its id or its name, as in status" },
  options: [],
  async run({ account }, io, parts) {
    if (typeof account !== "string") return fail(io, 2, "Name the account: gemini-pool verify ACCOUNT");
    if (!parts.login) return fail(io, 1, "There are no accounts here.");
    const world = await parts.login();
    try {
      const { entries, problem } = world.everyone();
      const found = findAccount(entries, account, problem);
      if (found.kind === "none") return fail(io, found.isUnsure ? 1 : 2, found.sentence);
      const onProgress = (sentence: string) => io.stderr(`${sentence}\n`);
      const result = await verifyAccount(found.entry, { ...world, entries: () => entries, onProgress });
      if (result.kind !== "works") return fail(io, result.kind === "wrong" ? 2 : 1, result.sentence);
      io.stdout(`${result.sentence}\n`);
      return 0;
    } finally {
      world.close();
    }
  },
};

function fail(io: CliIo, code: ExitCode, sentence: string): ExitCode {
  io.stderr(`gemini-pool verify: ${sentence}\n`);
  return code;
}
