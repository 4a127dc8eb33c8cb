import { periodName, type UsageReport } from "./usage";

const HEADER = [
  "period",
  "account",
  "label",
  "model",
  "requests",
  "ok",
  "failed",
  "input_tokens",
  "output_tokens",
  "cached_tokens",
  "thought_tokens",
];

/**
 * Usage as CSV (RFC 4180: CRLF, quotes doubled). What a spreadsheet would take for a formula gets an apostrophe before it:
 * a label is free text and may come from somebody else's file.
 */
export function usageCsv({ by, periods, labelOf }: UsageReport): string {
  const rows = periods.map((row) => [
    periodName(row.from, by),
    row.accountId,
    labelOf(row.accountId) ?? "",
    row.model,
    row.requests,
    row.ok,
    row.failed,
    row.inputTokens,
    row.outputTokens,
    row.cachedTokens,
    row.thoughtTokens,
  ]);
  return [HEADER, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const safe = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
