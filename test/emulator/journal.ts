import type { Answer, SignatureCount } from "../../src/simulator/answer";
import type { Incoming } from "./http";
import type { Ending } from "./play";

/** One request and what became of it. Holds no credential: an account is its label, `?` where nobody was recognised. */
export interface LogEntry {
  readonly number: number;
  readonly at: number;
  readonly path: Answer["path"];
  readonly backend: Answer["backend"];
  readonly method: string;
  /** Path and query, with the values of `key` and `access_token` removed. */
  readonly target: string;
  readonly model: string | undefined;
  readonly account: string;
  readonly status: number;
  /** `ok`, or the name of the case, the fault or the limit that answered. */
  readonly answer: string;
  readonly headerNames: readonly string[];
  readonly userAgent: string | undefined;
  readonly bodyBytes: number;
  readonly signatures: SignatureCount;
  /** `open` while the answer is being given. */
  ending: Ending | "open";
}

/** Counts since the start or the last reset. */
export interface Stats {
  readonly calls: number;
  readonly open: number;
  readonly byPath: Readonly<Record<string, number>>;
  readonly byAnswer: Readonly<Record<string, number>>;
  /** Generate calls per account label; `?` where nobody was recognised. */
  readonly generate: Readonly<Record<string, number>>;
  /** Generate calls per account that were answered with `ok`. */
  readonly answered: Readonly<Record<string, number>>;
  readonly refreshes: Readonly<Record<string, number>>;
}

/** What a server remembers of its calls: the counts of all, the last 10,000 in detail. */
export interface Journal {
  add(request: Incoming, answer: Answer, at: number): LogEntry;
  log(): readonly LogEntry[];
  stats(): Stats;
  clear(): void;
}

const KEPT = 10_000;

export function createJournal(): Journal {
  let entries: LogEntry[] = [];
  let counts = newCounts();
  let number = 0;
  return {
    add(request, answer, at) {
      number += 1;
      const entry = entryOf(request, answer, { number, at });
      entries.push(entry);
      if (entries.length > 2 * KEPT) entries = entries.slice(-KEPT);
      countEntry(counts, entry);
      return entry;
    },
    log: () => entries.slice(-KEPT),
    stats: () => structuredClone({ ...counts, open: entries.filter(({ ending }) => ending === "open").length }),
    clear() {
      entries = [];
      counts = newCounts();
      number = 0;
    },
  };
}

const newCounts = () => ({ calls: 0, byPath: {}, byAnswer: {}, generate: {}, answered: {}, refreshes: {} });

type Counts = { calls: number } & Record<
  "byPath" | "byAnswer" | "generate" | "answered" | "refreshes",
  Record<string, number>
>;

function entryOf(request: Incoming, answer: Answer, { number, at }: { number: number; at: number }): LogEntry {
  const { path, backend, model, status, signatures } = answer;
  return {
    number,
    at,
    path,
    backend,
    method: request.method,
    target: request.target.replace(/([?&](?:key|access_token)=)[^&]*/g, "$1…"),
    model,
    account: answer.account ?? "?",
    status,
    answer: answer.name,
    headerNames: Object.keys(request.headers).sort(),
    userAgent: request.headers["user-agent"],
    bodyBytes: request.bodyBytes,
    signatures,
    ending: "open",
  };
}

function countEntry(counts: Counts, { path, answer, account }: LogEntry): void {
  counts.calls += 1;
  raise(counts.byPath, path);
  raise(counts.byAnswer, answer);
  if (path === "generate") raise(counts.generate, account);
  if (path === "generate" && answer === "ok") raise(counts.answered, account);
  if (path === "token" && answer === "ok") raise(counts.refreshes, account);
}

const raise = (record: Record<string, number>, name: string) => {
  record[name] = (record[name] ?? 0) + 1;
};
