import { expect, test } from "bun:test";
import fc from "fast-check";
import type { UsageEntry } from "../../src/core/state";
import { rollUp, type UsageGrain } from "../../src/core/usage";
import { type UsageReport, usageJson } from "../../src/view/usage";
import { usageCsv } from "../../src/view/usage-csv";
import { usageTable } from "../../src/view/usage-table";
import { aUsage, NOW } from "../support/builders";

const HOUR = 3_600_000;
const report = (entries: readonly UsageEntry[], by: UsageGrain = "day", label = "side project"): UsageReport => ({
  at: NOW,
  by,
  since: undefined,
  periods: rollUp(entries, by),
  labelOf: (id) => (id === "a1" ? label : undefined),
});
const entries = [
  aUsage({ requests: 1_200, ok: 1_190, failed: 10, inputTokens: 4_500_000 }),
  aUsage({ accountId: "gone", model: "gemini-2.5-flash" }),
  aUsage({ hourAt: NOW - 24 * HOUR }),
];

test("the table names the days and says whose they are", () => {
  expect(usageTable(report(entries))).toEqual([
    "Usage by the day (Pacific time, as Google's daily quotas); tokens as Google counted them.",
    "",
    "Period      Account       Model             Requests  Failed  Input  Output  Cached  Thoughts",
    "2026-11-20  side project  gemini-2.5-pro        1.2k      10   4.5M       5       0         0",
    "            gone          gemini-2.5-flash         1       0     10       5       0         0",
    "2026-11-19  side project  gemini-2.5-pro           1       0     10       5       0         0",
    "All                                             1.2k      10   4.5M      15       0         0",
  ]);
  expect(usageTable(report([])).at(-1)).toBe("Nothing was used.");
  expect(usageTable(report(entries, "hour"))[3]).toStartWith("2026-11-20T12:00Z");
  expect(usageTable(report(entries, "total"))[0]).toStartWith("Usage of all time");
});

test("JSON names period, account and label, and every counter", () => {
  expect(usageJson(report(entries)).rows[0]).toEqual({
    period: "2026-11-20",
    from: Date.UTC(2026, 10, 20, 8),
    account: "a1",
    label: "side project",
    model: "gemini-2.5-pro",
    requests: 1_200,
    ok: 1_190,
    failed: 10,
    inputTokens: 4_500_000,
    outputTokens: 5,
    cachedTokens: 0,
    thoughtTokens: 0,
  });
  expect(usageJson(report(entries, "total")).rows[0]).toMatchObject({ period: "total", from: null });
  expect(usageJson(report(entries)).rows[1]).toMatchObject({ account: "gone", label: null });
});

test("CSV has a header, CRLF, and quotes what needs it", () => {
  const text = usageCsv(report([aUsage()], "day", 'side, "big"\nproject'));
  expect(text).toBe(
    "period,account,label,model,requests,ok,failed,input_tokens,output_tokens,cached_tokens,thought_tokens\r\n" +
      '2026-11-20,a1,"side, ""big""\nproject",gemini-2.5-pro,1,1,0,10,5,0,0\r\n',
  );
});

test("no label becomes a formula in a spreadsheet", () => {
  for (const label of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0"]) {
    const [, row = ""] = usageCsv(report([aUsage()], "day", label)).split("\r\n2026-11-20,a1,");
    expect([label, /^"?'/.test(row)]).toEqual([label, true]);
  }
});

/** A reader of RFC 4180, written apart from the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < text.length; ) {
    const row: string[] = [];
    for (;;) {
      const quoted = /^"((?:[^"]|"")*)"/.exec(text.slice(at));
      const found = quoted ?? /^[^",\r\n]*/.exec(text.slice(at));
      row.push(quoted ? (quoted[1] ?? "").replaceAll('""', '"') : (found?.[0] ?? ""));
      at += found?.[0].length ?? 0;
      if (text[at] !== ",") break;
      at += 1;
    }
    if (text.slice(at, at + 2) !== "\r\n") throw new Error(`no line end at ${at}`);
    at += 2;
    rows.push(row);
  }
  return rows;
}

test("whatever a label holds, it comes out of the CSV as it went in, but for the apostrophe", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (label) => {
      const [, row] = parseCsv(usageCsv(report([aUsage()], "day", label)));
      expect(row).toHaveLength(11);
      expect([label, `'${label}`]).toContain(row?.[2] ?? "");
    }),
    { seed: 7, numRuns: 200 },
  );
});
