import { clockTimes } from "../view/clock-time";
import { quotaTable } from "../view/quota";
import { statusJson } from "../view/status-json";
import type { Command } from "./command";
import { tellProblem } from "./problem";

/**
 * Shows the pool. Fails where something cannot be read or is gone, which standard error tells; an empty or exhausted pool is an
 * answer.
 */
export const status: Command = {
  name: "status",
  usage: "status [--json]",
  summary: "who can answer, who is back when, and usage",
  options: [{ name: "json", summary: "for programs: a stable form" }],
  async run(values, io, parts) {
    const stores = await parts.open();
    try {
      const snapshot = stores.snapshot();
      if (values["json"]) {
        io.stdout(`${JSON.stringify(statusJson(snapshot), undefined, 2)}\n`);
      } else if (snapshot.problem === undefined || snapshot.accounts.length > 0) {
        const time = clockTimes({ now: () => stores.clock.now(), offsetMs: parts.offsetMs });
        const shown = { ...snapshot, problem: undefined };
        io.stdout(`${quotaTable(shown, time, { width: Math.min(io.width ?? 80, 100) }).join("\n")}\n`);
      }
      return tellProblem(snapshot.problem, io);
    } finally {
      stores.close();
    }
  },
};
