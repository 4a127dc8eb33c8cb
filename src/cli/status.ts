import { clockTimes } from "../view/clock-time";
import { quotaTable } from "../view/quota";
import { statusJson } from "../view/status-json";
import type { Command } from "./command";

/** Shows the pool. Fails only where the accounts cannot be read; an empty or exhausted pool is an answer. */
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
        if (snapshot.problem !== undefined) io.stderr(`gemini-pool: ${snapshot.problem}\n`);
      } else {
        const time = clockTimes({ now: () => stores.clock.now(), offsetMs: parts.offsetMs });
        io.stdout(`${quotaTable(snapshot, time, { width: Math.min(io.width ?? 80, 100) }).join("\n")}\n`);
      }
      return snapshot.problem === undefined ? 0 : 1;
    } finally {
      stores.close();
    }
  },
};
