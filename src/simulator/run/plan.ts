import type { BackendName } from "../../core/account";
import type { Outage } from "../outages";
import type { QuotaRule } from "../scenario";

/** One number, or any between two, evenly. */
export type Spread = number | { readonly from: number; readonly to: number };

/** The backends whose quotas the rules know. */
export type PlannedBackend = Exclude<BackendName, "vertex">;

/** An account, or `count` alike, each in a project (or of a person) of its own: `label-1`, `label-2`, … */
export interface PlannedAccount {
  readonly label: string;
  readonly count?: number;
  /** Default `gemini-api`. */
  readonly backend?: PlannedBackend;
  /** Accounts of one project (keys) or one person (seats) share the quotas of the first of them. */
  readonly project?: string;
  readonly user?: string;
  /** False: the pool is not told the project or the person. */
  readonly scopeKnown?: boolean;
  /** How refusals of a key name its limits; default free. */
  readonly tier?: "free" | "paid";
  readonly priority?: number;
  /** None: no limit. */
  readonly quotas?: readonly QuotaRule[];
}

/** Conversations that begin at once, and again every `everySeconds` where that is given. */
export interface Burst {
  readonly atSeconds: number;
  readonly conversations: number;
  readonly everySeconds?: number;
}

/** Conversations that an answer may begin; the one that began them waits for all. */
export interface Subagents {
  /** Share of answers that do, 0..1. */
  readonly fraction: number;
  readonly conversations: Spread;
  readonly turns: Spread;
}

/** What is asked, by whom and when. */
export interface Workload {
  /** Conversations at once: when one ends the next begins. Default 0. */
  readonly callers?: number;
  /** When callers begin, counted from the start; default 0, all at once. */
  readonly startSeconds?: Spread;
  /** Questions per conversation; default 8. */
  readonly turns?: Spread;
  /** From an answer to the next question; default 5. */
  readonly thinkSeconds?: Spread;
  /** From the end of a conversation to the caller's next one; default as `thinkSeconds`. */
  readonly pauseSeconds?: Spread;
  readonly bursts?: readonly Burst[];
  readonly subagents?: Subagents;
  /** Each conversation takes one; named twice is taken twice as often. Default `gemini-2.5-flash`. */
  readonly models?: readonly string[];
  /** Per call; default 1000. */
  readonly inputTokens?: Spread;
  /** To the first output; default 1. */
  readonly firstOutputSeconds?: Spread;
  /** From there to the end of the answer; default 2. */
  readonly answerSeconds?: Spread;
}

/** What goes wrong in an outage: the model is busy, the server fails, nothing is reached, a 429 says nothing. */
export type OutageAnswer = "busy" | "server-error" | "network" | "unexplained";

/** Something that is out for a while. */
export interface PlannedOutage extends Outage {
  readonly answer: OutageAnswer;
}

/** Accounts, what is asked of them and what goes wrong, for a while. Plain data: `readPlan` makes one of a JSON file. */
export interface Plan {
  readonly name: string;
  readonly summary?: string;
  readonly durationSeconds: number;
  /** Default noon of 20 November 2026 in UTC: four in the morning in California. */
  readonly startsAt?: string;
  /** Default 1. The same plan and seed give the same result. */
  readonly seed?: number;
  readonly accounts: readonly PlannedAccount[];
  readonly workload: Workload;
  readonly outages?: readonly PlannedOutage[];
  /** The way to Google and back; default 40. */
  readonly networkMs?: Spread;
  /** What a per-day refusal of a key says as its wait; default the truth. Real ones often say 36. */
  readonly dayRetrySeconds?: number;
}

const DEFAULT_START = Date.UTC(2026, 10, 20, 12);

/** When a plan begins. */
export const startOf = ({ startsAt }: Plan): number => (startsAt === undefined ? DEFAULT_START : Date.parse(startsAt));
