import { eventLine } from "../view/events";
import type { Command } from "./command";
import { countOption } from "./count-option";
import { tellProblem } from "./problem";

const DEFAULT_LIMIT = 50;
/** So many are kept. */
const MAX_LIMIT = 1_000;

/** Shows what happened lately in all processes, the newest last. An empty list is an answer. */
export const events: Command = {
  name: "events",
  usage: "events [--json] [--limit N]",
  summary: "what happened lately: choices, pauses, refusals, and why",
  options: [
    { name: "json", summary: "for programs: a list of events" },
    { name: "limit", value: "N", summary: `the newest N, 1 to ${MAX_LIMIT}; ${DEFAULT_LIMIT} unless told` },
  ],
  async run(values, io, parts) {
    const limit = countOption(values["limit"], DEFAULT_LIMIT, MAX_LIMIT);
    if (limit === undefined) {
      io.stderr(`gemini-pool events: --limit takes a number from 1 to ${MAX_LIMIT}.\n`);
      return 2;
    }
    const stores = await parts.open();
    try {
      const recent = stores.state.recentEvents({ limit });
      if (values["json"]) {
        io.stdout(`${JSON.stringify(recent, undefined, 2)}\n`);
        return tellProblem(stores.state.problem(), io);
      }
      const labels = new Map(stores.snapshot().accounts.map(({ id, label }) => [id, label]));
      const words = { labelOf: (id: string) => labels.get(id), offsetMs: parts.offsetMs };
      const lines = recent.map((event) => eventLine(event, words));
      io.stdout(lines.length === 0 ? "Nothing has happened yet.\n" : `${lines.join("\n")}\n`);
      return tellProblem(stores.state.problem(), io);
    } finally {
      stores.close();
    }
  },
};
