import { examine } from "../enrol/doctor";
import { doctorJson, doctorLines } from "../view/doctor";
import type { Command } from "./command";

/** Checks the user's files and accounts, says what to do, and does with --fix what needs no guess. */
export const doctor: Command = {
  name: "doctor",
  usage: "doctor [--fix] [--json]",
  summary: "checks your files and accounts, says what is wrong and what to do",
  options: [
    { name: "fix", summary: "put right what can be: modes, what dead processes left, a broken accounts file" },
    { name: "json", summary: "for programs: a stable form" },
  ],
  async run(values, io, parts) {
    if (!parts.upkeep) {
      io.stderr("gemini-pool doctor: there are no files to look at here\n");
      return 1;
    }
    const [stores, upkeep] = await Promise.all([parts.open(), parts.upkeep()]);
    try {
      const accountsProblem = () => stores.accounts.current().problem;
      const checkUp = await examine(
        { upkeep, snapshot: () => stores.snapshot(), accountsProblem },
        { fix: values["fix"] === true },
      );
      const lines = values["json"]
        ? [JSON.stringify(doctorJson(checkUp), undefined, 2)]
        : doctorLines(checkUp, { width: Math.min(io.width ?? 80, 100) });
      io.stdout(`${lines.join("\n")}\n`);
      return checkUp.healthy ? 0 : 1;
    } finally {
      stores.close();
    }
  },
};
