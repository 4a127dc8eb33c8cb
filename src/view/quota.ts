import type { BackendName, CredentialKind, EpochMs } from "../core/account";
import type { Cooldown } from "../core/cooldown";
import type { QuotaWindow } from "../core/quota/record";
import { reasonWords } from "../core/reasons";
import type { AccountSnapshot, PoolSnapshot } from "../core/snapshot";
import type { UsageCounts } from "../core/state";
import type { FormatTime } from "./clock-time";
import { type GroupQuota, poolQuotas } from "./pool-quotas";
import { bar, clipped, counted, oneLine, padded, perCent, shortCount, widthOf, wrapped } from "./text";

/** `width` in characters, 80 unless told. */
export interface TableOptions {
  readonly width?: number;
}

/** How lines are made: one set for a whole table. */
interface Pen {
  readonly width: number;
  readonly time: FormatTime;
  readonly at: EpochMs;
}

const EMPTY = "No Gemini account yet. Run /login in opencode, or: opencode auth login";
const LABEL_WIDTH = 28;

/** The pool as a person reads it: a headline, what is left in sum, then each account. Plain text, no colours. */
export function quotaTable(snapshot: PoolSnapshot, time: FormatTime, { width = 80 }: TableOptions = {}): string[] {
  const pen = { width, time, at: snapshot.at };
  const problem =
    snapshot.problem === undefined ? [] : wrapped(`! ${oneLine(snapshot.problem)}`, { width, indent: "  ", first: "" });
  if (snapshot.accounts.length === 0) return problem.length > 0 ? problem : wrapped(EMPTY, { width });
  return [
    ...problem,
    ...wrapped(headline(snapshot, time), { width, indent: "  ", first: "" }),
    ...wrapped(`Today: ${usage(sum(snapshot.accounts.map((each) => each.usage.today)))}`, {
      width,
      indent: "  ",
      first: "",
    }),
    ...inSum(snapshot, width),
    ...snapshot.accounts.flatMap((account) => ["", ...accountLines(account, pen)]),
  ];
}

/** The same for where Markdown is rendered: a code block keeps the columns. */
export function quotaMarkdown(snapshot: PoolSnapshot, time: FormatTime, options: TableOptions = {}): string {
  const text = quotaTable(snapshot, time, options).join("\n");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** "Gemini pool: 2 of 5 accounts can answer · next back 14:32 (work)" */
export function headline({ usable, total, nextAvailableAt, accounts }: PoolSnapshot, time: FormatTime): string {
  const can = `Gemini pool: ${usable} of ${counted(total, "account")} can answer`;
  if (nextAvailableAt === undefined) return can;
  const first = accounts.find(({ state, until }) => state === "cooling" && until === nextAvailableAt);
  return `${can} · next back ${time(nextAvailableAt)}${first ? ` (${name(first)})` : ""}`;
}

function inSum(snapshot: PoolSnapshot, width: number): string[] {
  const families = poolQuotas(snapshot);
  if (families.length === 0) return [];
  return [
    "",
    "Left in all accounts together, as far as it is known:",
    ...families.flatMap(({ family, groups }) => [
      `  ${family}`,
      ...groups.map((each) => `${quotaRow(each.group, each.remainingFraction, width)} · ${knownOf(each)}`),
    ]),
  ];
}

const knownOf = ({ count, of }: GroupQuota): string =>
  count === of ? counted(of, "quota") : `${count} of ${counted(of, "quota")}`;

function accountLines(account: AccountSnapshot, pen: Pen): string[] {
  const { width } = pen;
  const under = { width, indent: "    ", first: "  " };
  const inside = { width, indent: "      ", first: "    " };
  const facts = [`health ${perCent(account.health)}`];
  if (account.priority !== 0) facts.push(`priority ${account.priority}`);
  if (account.inFlight > 0) facts.push(`${counted(account.inFlight, "call")} out now`);
  return [
    ...wrapped(`${name(account)} · ${kind(account)}`, { width, indent: "  ", first: "" }),
    ...wrapped(`${standing(account, pen.time)} · ${facts.join(" · ")}`, under),
    ...(account.url === undefined ? [] : [`  ${oneLine(account.url)}`]),
    ...byGroup(account.quotas).flatMap((window) => quotaLines(window, pen)),
    ...pauses(account).flatMap((cooldown) => wrapped(pauseLine(cooldown, pen.time), inside)),
    ...wrapped(`today ${usage(account.usage.today)}`, inside),
  ];
}

function standing({ state, reason, until }: AccountSnapshot, time: FormatTime): string {
  const back = until === undefined ? state : `${state} until ${time(until)}`;
  return reason === "" ? back : `${back}: ${oneLine(reason)}`;
}

/** Pauses that the line of state does not already tell. */
const pauses = ({ state, cooldowns }: AccountSnapshot): readonly Cooldown[] =>
  state === "cooling" && cooldowns.length === 1 ? [] : cooldowns;

function pauseLine({ scope, reason, until }: Cooldown, time: FormatTime): string {
  const what = scope.kind === "quota" ? scope.group : scope.kind === "backend-model" ? scope.model : "all models";
  return `${oneLine(what)}: ${reasonWords(reason)}, back ${time(until)}`;
}

const byGroup = (windows: readonly QuotaWindow[]): readonly QuotaWindow[] =>
  [...windows].sort((a, b) => (a.group < b.group ? -1 : 1));

/** A window in one line, or two where the time of its reset does not fit. */
function quotaLines({ group, remainingFraction, resetAt }: QuotaWindow, { width, time, at }: Pen): string[] {
  if (resetAt !== undefined && resetAt <= at) return [`    ${column(group, width)} has reset, not read again since`];
  const row = quotaRow(group, remainingFraction, width);
  if (resetAt === undefined) return [row];
  const resets = `resets ${time(resetAt)}`;
  return widthOf(row) + 3 + widthOf(resets) <= width ? [`${row} · ${resets}`] : [row, `      ${resets}`];
}

const quotaRow = (group: string, remaining: number, width: number): string =>
  `    ${column(group, width)} ${bar(remaining)} ${perCent(remaining)} left, ${perCent(1 - remaining)} used`;

function column(group: string, width: number): string {
  const room = width < 72 ? 14 : 22;
  return padded(clipped(oneLine(group), room), room);
}

function usage({ requests, ok, failed, inputTokens, outputTokens, thoughtTokens }: UsageCounts): string {
  if (requests === 0) return "no requests";
  const out = outputTokens + thoughtTokens;
  const tokens = inputTokens + out === 0 ? "" : ` · ${shortCount(inputTokens)} tokens in, ${shortCount(out)} out`;
  return `${counted(requests, "request")}, ${ok} ok, ${failed} failed${tokens}`;
}

const name = ({ label }: AccountSnapshot): string => clipped(oneLine(label), LABEL_WIDTH) || "(no name)";

const kind = ({ backend, credential, tier, origin }: AccountSnapshot): string =>
  [
    `${BACKEND_WORDS[backend]}, ${CREDENTIAL_WORDS[credential]}`,
    tier === undefined ? "" : oneLine(tier),
    ORIGIN_WORDS[origin],
  ]
    .filter((part) => part !== "")
    .join(" · ");

const BACKEND_WORDS: Readonly<Record<BackendName, string>> = {
  "gemini-api": "Gemini API",
  vertex: "Vertex AI",
  "code-assist": "Code Assist",
};

const CREDENTIAL_WORDS: Readonly<Record<CredentialKind, string>> = {
  "api-key": "API key",
  oauth: "login",
  "service-account": "service account",
  adc: "default credentials",
};

const ORIGIN_WORDS: Readonly<Record<AccountSnapshot["origin"], string>> = {
  file: "",
  environment: "from the environment",
  opencode: "from opencode",
};

const sum = (all: readonly UsageCounts[]): UsageCounts => ({
  requests: total(all, "requests"),
  ok: total(all, "ok"),
  failed: total(all, "failed"),
  inputTokens: total(all, "inputTokens"),
  outputTokens: total(all, "outputTokens"),
  cachedTokens: total(all, "cachedTokens"),
  thoughtTokens: total(all, "thoughtTokens"),
});

const total = (all: readonly UsageCounts[], field: keyof UsageCounts): number =>
  all.reduce((count, each) => count + each[field], 0);
