import type { QuotaRule } from "../scenario";
import type { Burst, Plan, PlannedAccount, PlannedOutage, Spread, Subagents, Workload } from "./plan";
import { planProblems } from "./plan-problems";
import { count, list, maybe, needed, number, object, type Read, text, truth, word } from "./reading";

/** A plan, or everything that is wrong with it, each with its place: `accounts[2].quotas[0].rpm: …`. */
export type ReadPlan =
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "wrong"; readonly problems: readonly string[] };

/** Ten years: what is longer is a slip of the pen. */
const LONGEST_SECONDS = 315_360_000;
const MANY = 1_000_000;

const seconds = number(0, LONGEST_SECONDS);
const many = count(0, 1_000_000_000);

/** One number, or the two ends of a range. */
const spread = (read: Read<number>): Read<Spread> => {
  const ends = object<Exclude<Spread, number>>({ from: needed(read), to: needed(read) });
  return (value, place, problems) => (typeof value === "number" ? read : ends)(value, place, problems);
};

const quota: Read<QuotaRule> = object<QuotaRule>({
  model: maybe(text),
  rpm: maybe(many),
  rpd: maybe(many),
  tpm: maybe(many),
  rp5h: maybe(many),
  rpw: maybe(many),
  usedToday: maybe(many),
  dayEndsInSeconds: maybe(number(1, 86_400)),
});

const account: Read<PlannedAccount> = object<PlannedAccount>({
  label: needed(text),
  count: maybe(count(1, 10_000)),
  backend: maybe(word("gemini-api", "code-assist")),
  project: maybe(text),
  user: maybe(text),
  scopeKnown: maybe(truth),
  tier: maybe(word("free", "paid")),
  priority: maybe(number(-MANY, MANY)),
  quotas: maybe(list(quota)),
});

const burst: Read<Burst> = object<Burst>({
  atSeconds: needed(seconds),
  conversations: needed(count(1, MANY)),
  everySeconds: maybe(number(0.001, LONGEST_SECONDS)),
});

const turns = spread(count(1, MANY));

const subagents: Read<Subagents> = object<Subagents>({
  fraction: needed(number(0, 1)),
  conversations: needed(spread(count(0, 1000))),
  turns: needed(turns),
});

const workload: Read<Workload> = object<Workload>({
  callers: maybe(count(0, MANY)),
  startSeconds: maybe(spread(seconds)),
  turns: maybe(turns),
  thinkSeconds: maybe(spread(seconds)),
  pauseSeconds: maybe(spread(seconds)),
  bursts: maybe(list(burst)),
  subagents: maybe(subagents),
  models: maybe(list(text)),
  inputTokens: maybe(spread(count(0, 10_000_000))),
  firstOutputSeconds: maybe(spread(seconds)),
  answerSeconds: maybe(spread(seconds)),
});

const outage: Read<PlannedOutage> = object<PlannedOutage>({
  fromSeconds: needed(seconds),
  toSeconds: needed(seconds),
  backend: maybe(word("gemini-api", "code-assist")),
  model: maybe(text),
  account: maybe(text),
  answer: needed(word("busy", "server-error", "network", "unexplained")),
});

const planShape: Read<Plan> = object<Plan>({
  name: needed(text),
  summary: maybe(text),
  durationSeconds: needed(number(1, LONGEST_SECONDS)),
  startsAt: maybe(text),
  seed: maybe(number(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  accounts: needed(list(account)),
  workload: needed(workload),
  outages: maybe(list(outage)),
  networkMs: maybe(spread(number(0, 600_000))),
  dayRetrySeconds: maybe(seconds),
});

/** Reads a plan out of parsed JSON. Never throws. */
export function readPlan(value: unknown): ReadPlan {
  const problems: string[] = [];
  const plan = planShape(value, "", problems);
  if (problems.length === 0) problems.push(...planProblems(plan));
  return problems.length > 0 ? { kind: "wrong", problems } : { kind: "plan", plan };
}
