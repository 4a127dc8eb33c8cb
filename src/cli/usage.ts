import type { EpochMs } from "../core/account";
import { pacificDayStart } from "../core/quota/pacific-day";
import { rollUp, type UsageGrain } from "../core/usage";
import { type UsageReport, usageJson } from "../view/usage";
import { usageCsv } from "../view/usage-csv";
import { usageTable } from "../view/usage-table";
import type { CliStores, Command } from "./command";
import { countOption } from "./count-option";
import { tellProblem } from "./problem";

/** Hours are kept for so long. */
const MAX_DAYS = 90;
const DEFAULT_DAYS: Readonly<Record<UsageGrain, number>> = { hour: 1, day: 7, total: MAX_DAYS };

/** Shows what was used, per account and model. */
export const usage: Command = {
  name: "usage",
  usage: "usage [--json|--csv] [--by hour|day|total] [--days N]",
  summary: "requests and tokens of each account and model",
  options: [
    { name: "json", summary: "for programs: a stable form" },
    { name: "csv", summary: "for spreadsheets" },
    {
      name: "by",
      value: "PERIOD",
      summary: "hour (UTC), day (Pacific time, as Google's quotas; unless told) or total",
    },
    {
      name: "days",
      value: "N",
      summary: `the last N days, today included, 1 to ${MAX_DAYS}; ${DEFAULT_DAYS.day} unless told, with --by hour ${DEFAULT_DAYS.hour}, with --by total all time`,
    },
  ],
  async run(values, io, parts) {
    const asked = read(values);
    if ("wrong" in asked) {
      io.stderr(`gemini-pool usage: ${asked.wrong}\n`);
      return 2;
    }
    const stores = await parts.open();
    try {
      io.stdout(written(reportOf(stores, asked), asked.form));
      return tellProblem(stores.state.problem(), io);
    } finally {
      stores.close();
    }
  },
};

type Form = "table" | "json" | "csv";

interface Asked {
  readonly form: Form;
  readonly by: UsageGrain;
  /** Undefined: all time. */
  readonly days: number | undefined;
}

function read({ json, csv, by = "day", days }: Parameters<Command["run"]>[0]): Asked | { readonly wrong: string } {
  if (json && csv) return { wrong: "--json or --csv, not both." };
  if (by !== "hour" && by !== "day" && by !== "total") return { wrong: "--by takes hour, day or total." };
  const count = countOption(days, DEFAULT_DAYS[by], MAX_DAYS);
  if (count === undefined) return { wrong: `--days takes a number from 1 to ${MAX_DAYS}.` };
  const isAllTime = by === "total" && days === undefined;
  return { form: json ? "json" : csv ? "csv" : "table", by, days: isAllTime ? undefined : count };
}

function reportOf({ state, clock, snapshot }: CliStores, { by, days }: Asked): UsageReport {
  const at = clock.now();
  const since = days === undefined ? undefined : daysAgo(at, days - 1);
  const entries = since === undefined ? state.usageTotals() : state.usageHours(since);
  const labels = new Map(snapshot().accounts.map(({ id, label }) => [id, label]));
  return { at, by, since, periods: rollUp(entries, by), labelOf: (id) => labels.get(id) };
}

/** Midnight in California so many days before today's. */
function daysAgo(now: EpochMs, days: number): EpochMs {
  let start = pacificDayStart(now);
  for (let left = days; left > 0; left -= 1) start = pacificDayStart(start - 1);
  return start;
}

function written(report: UsageReport, form: Form): string {
  if (form === "json") return `${JSON.stringify(usageJson(report), undefined, 2)}\n`;
  return form === "csv" ? usageCsv(report) : `${usageTable(report).join("\n")}\n`;
}
