import type { UsageCounts } from "../core/state";
import { NO_USAGE, plusUsage, type UsagePeriod } from "../core/usage";
import { clipped, oneLine, padded, shortCount, widthOf } from "./text";
import { periodName, type UsageReport } from "./usage";

const HEADINGS = ["Requests", "Failed", "Input", "Output", "Cached", "Thoughts"];
const LABEL_WIDTH = 20;
const MODEL_WIDTH = 28;

/** Usage for people: a line for each account and model of a period, and the sum of all. */
export function usageTable(report: UsageReport): readonly string[] {
  const { periods } = report;
  if (periods.length === 0) return [title(report), "", "Nothing was used."];
  const sum = periods.reduce<UsageCounts>(plusUsage, NO_USAGE);
  const rows = periods.map((period, at) => textsOf(period, periods[at - 1], report));
  return [
    title(report),
    "",
    ...aligned([["Period", "Account", "Model", ...HEADINGS], ...rows, ["All", "", "", ...countsOf(sum)]]),
  ];
}

function title({ by, since }: UsageReport): string {
  if (by === "hour") return "Usage by the hour (UTC); tokens as Google counted them.";
  if (by === "day") return "Usage by the day (Pacific time, as Google's daily quotas); tokens as Google counted them.";
  const from = since === undefined ? "of all time" : `since ${periodName(since, "day")} (Pacific time)`;
  return `Usage ${from}; tokens as Google counted them.`;
}

/** A period is named once. */
function textsOf(
  period: UsagePeriod,
  before: UsagePeriod | undefined,
  { by, labelOf }: UsageReport,
): readonly string[] {
  const { from, accountId, model } = period;
  return [
    from === before?.from ? "" : periodName(from, by),
    clipped(oneLine(labelOf(accountId) ?? accountId), LABEL_WIDTH),
    clipped(oneLine(model), MODEL_WIDTH),
    ...countsOf(period),
  ];
}

const countsOf = (counts: UsageCounts): readonly string[] =>
  [
    counts.requests,
    counts.failed,
    counts.inputTokens,
    counts.outputTokens,
    counts.cachedTokens,
    counts.thoughtTokens,
  ].map(shortCount);

/** Words to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ""))));
  const words = columns - HEADINGS.length;
  const fit = (text: string, at: number) => {
    const width = widths[at] ?? 0;
    return at < words ? padded(text, width) : " ".repeat(Math.max(0, width - widthOf(text))) + text;
  };
  return rows.map((row) => row.map(fit).join("  ").trimEnd());
}
