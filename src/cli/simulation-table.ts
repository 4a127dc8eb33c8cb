import type { DurationMs } from "../core/account";
import type { Figures } from "../simulator/run/figures";
import type { Simulation } from "../simulator/run/simulate";
import { counted, padded, widthOf } from "../view/text";

const LABEL_WIDTH = 34;
const COLUMN_WIDTH = 11;

interface Row {
  readonly label: string;
  readonly of: (figures: Figures) => string;
}

/** A simulation as a person compares strategies: one column each, 100 characters wide at most. */
export function simulationTable({ plan, accountCount, allowedCount, oracle, strategies }: Simulation): string[] {
  const columns = [{ name: "all-knowing", figures: oracle as Figures }, ...strategies.map(columnOf)];
  const all = columns.map(({ figures }) => figures);
  const facts = [
    counted(accountCount, "account"),
    spoken(plan.durationSeconds * 1000),
    `seed ${plan.seed ?? 1}`,
    allowedCount === null ? "quotas without a limit" : `quotas allow ${whole(allowedCount)} requests at most`,
  ];
  return [
    `${plan.name}${plan.summary === undefined ? "" : `: ${plan.summary}`}`,
    facts.join(" · "),
    "",
    ...[0, 1].map((line) =>
      lineOf(
        "",
        columns.map(({ name }) => titleOf(name)[line] ?? ""),
      ),
    ),
    ...rowsFor(all).map(({ label, of }) => lineOf(label, all.map(of))),
    "",
    "all-knowing: a client that knows every quota, window and outage; conversations do not bind it.",
  ];
}

const columnOf = (figures: Simulation["strategies"][number]) => ({ name: figures.strategy as string, figures });

/** A name over two lines. */
function titleOf(name: string): readonly [string, string] {
  const [first = "", second] = name.split("-");
  return second === undefined ? ["", first] : [`${first}-`, second];
}

const lineOf = (label: string, cells: readonly string[]): string =>
  (padded(label, LABEL_WIDTH) + cells.map((cell) => cell.padStart(COLUMN_WIDTH)).join("")).trimEnd();

function rowsFor(all: readonly Figures[]): readonly Row[] {
  const most = (of: (figures: Figures) => number) => Math.max(0, ...all.map(of));
  const sum = unitFor(most(({ waitedMs }) => waitedMs));
  const longest = unitFor(most(({ longestWaitMs }) => longestWaitMs));
  return [
    { label: "questions asked", of: ({ turnCount }) => whole(turnCount) },
    { label: "  answered", of: ({ servedCount }) => whole(servedCount) },
    { label: "  answered, % of the possible", of: ({ usefulFraction }) => share(usefulFraction) },
    { label: "  given up after five repeats", of: ({ gaveUpCount }) => whole(gaveUpCount) },
    { label: "  stopped by an error", of: ({ stoppedCount }) => whole(stoppedCount) },
    { label: "told to wait or stop, times", of: ({ refusedCount }) => whole(refusedCount) },
    { label: "  although an account had quota", of: ({ needlessCount }) => whole(needlessCount) },
    { label: "calls to Google", of: ({ callCount }) => whole(callCount) },
    { label: "  refused for quota", of: ({ limitedCallCount }) => whole(limitedCallCount) },
    { label: "    after the first of a window", of: ({ wastedCallCount }) => whole(wastedCallCount) },
    { label: "    though told before", of: ({ repeatedCallCount }) => whole(repeatedCallCount) },
    { label: "    most in one quota window", of: ({ worstWindowCount }) => whole(worstWindowCount) },
    { label: "  lost to outages", of: ({ failedCallCount }) => whole(failedCallCount) },
    { label: `waited in all, ${sum.name}`, of: ({ waitedMs }) => tenths(waitedMs / sum.ms) },
    { label: `longest wait, ${longest.name}`, of: ({ longestWaitMs }) => tenths(longestWaitMs / longest.ms) },
    { label: "conversations", of: ({ conversationCount }) => whole(conversationCount) },
    { label: "  switches in each", of: (figures) => figures.switchesPerConversation.toFixed(2) },
    { label: "fairness (1: each its share)", of: ({ fairness }) => fairness.toFixed(3) },
    { label: "quota windows that ended", of: ({ resetCount }) => whole(resetCount) },
    { label: "  requests unused in them", of: ({ unusedCount }) => whole(unusedCount) },
    { label: "  the same, %", of: ({ unusedFraction }) => share(unusedFraction) },
  ];
}

interface Unit {
  readonly name: string;
  readonly ms: DurationMs;
}

const UNITS: readonly [Unit, ...Unit[]] = [
  { name: "seconds", ms: 1_000 },
  { name: "minutes", ms: 60_000 },
  { name: "hours", ms: 3_600_000 },
];

/** The largest unit of which there are at least two. */
const unitFor = (ms: DurationMs): Unit => UNITS.findLast((unit) => ms >= 2 * unit.ms) ?? UNITS[0];

function spoken(ms: DurationMs): string {
  const dayMs = 86_400_000;
  if (ms >= 2 * dayMs) return `${trimmed(ms / dayMs)} days`;
  const unit = unitFor(ms);
  return `${trimmed(ms / unit.ms)} ${unit.name}`;
}

const trimmed = (value: number): string => value.toFixed(1).replace(/\.0$/, "");

/** 1234567 as 1,234,567. */
const whole = (value: number): string => String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** One decimal up to 9,999.9; more than that need none. */
function tenths(value: number): string {
  const text = value < 10_000 ? value.toFixed(1) : whole(value);
  return widthOf(text) > 7 ? whole(value) : text;
}

const share = (fraction: number): string => (100 * fraction).toFixed(1);
