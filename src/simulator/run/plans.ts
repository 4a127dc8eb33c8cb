import type { Plan, PlannedAccount } from "./plan";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A plan that is built in, for as many accounts as one likes. */
export interface BuiltInPlan {
  readonly name: string;
  readonly summary: string;
  readonly accountCount: number;
  of(accountCount: number): Plan;
}

const key = (index: number, rest: Partial<PlannedAccount>): PlannedAccount => ({ label: `key ${index + 1}`, ...rest });

const seat = (index: number, rest: Partial<PlannedAccount>): PlannedAccount => ({
  label: `seat ${index + 1}`,
  backend: "code-assist",
  ...rest,
});

const listOf = (count: number, make: (index: number) => PlannedAccount): readonly PlannedAccount[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Last, first, last but one, second, …: no list is in the order of its resets. */
const mixed = (index: number, count: number): number => (index % 2 === 0 ? count - 1 - index / 2 : (index - 1) / 2);

const minutes: BuiltInPlan = {
  name: "minutes",
  summary: "three minutes, keys of 10 requests a minute, more callers than they can serve",
  accountCount: 5,
  of: (count) => ({
    name: "minutes",
    summary: minutes.summary,
    durationSeconds: 3 * MINUTE,
    accounts: listOf(count, (index) => key(index, { quotas: [{ rpm: 10 }] })),
    workload: {
      callers: 4 * count,
      startSeconds: { from: 0, to: 5 },
      turns: { from: 5, to: 15 },
      thinkSeconds: { from: 1, to: 3 },
      firstOutputSeconds: { from: 0.5, to: 1.5 },
      answerSeconds: { from: 0.5, to: 3 },
    },
  }),
};

const days: BuiltInPlan = {
  name: "days",
  summary: "three days, keys of 50 requests a day and seats of 150 in 24 hours, more callers than they can serve",
  accountCount: 10,
  of: (count) => ({
    name: "days",
    summary: days.summary,
    durationSeconds: 3 * DAY,
    accounts: listOf(count, (index) =>
      index % 2 === 0
        ? key(index, { quotas: [{ rpm: 10, rpd: 50 }] })
        : seat(index, { quotas: [{ rpm: 60, rpd: 150 }] }),
    ),
    workload: {
      callers: 2 * count,
      startSeconds: { from: 0, to: 10 * MINUTE },
      turns: { from: 4, to: 20 },
      thinkSeconds: { from: 2, to: 60 },
      firstOutputSeconds: { from: 1, to: 5 },
      answerSeconds: { from: 1, to: 10 },
      subagents: { fraction: 0.05, conversations: { from: 1, to: 3 }, turns: { from: 2, to: 5 } },
    },
  }),
};

const staggered: BuiltInPlan = {
  name: "staggered",
  summary:
    "three days, seats of 200 requests in 24 hours that begin at different times, half as much asked as there is",
  accountCount: 6,
  of: (count) => ({
    name: "staggered",
    summary: staggered.summary,
    durationSeconds: 3 * DAY,
    accounts: listOf(count, (index) =>
      seat(index, { quotas: [{ rpd: 200, dayEndsInSeconds: Math.round((DAY * (mixed(index, count) + 1)) / count) }] }),
    ),
    workload: {
      callers: count,
      startSeconds: { from: 0, to: HOUR },
      turns: { from: 4, to: 12 },
      thinkSeconds: { from: 5 * MINUTE, to: 15 * MINUTE },
      pauseSeconds: { from: 10 * MINUTE, to: 60 * MINUTE },
      firstOutputSeconds: { from: 1, to: 5 },
      answerSeconds: { from: 2, to: 20 },
    },
  }),
};

const outage: BuiltInPlan = {
  name: "outage",
  summary: "forty minutes; a model is busy from 5 to 15, Code Assist cannot be reached from 20 to 25",
  accountCount: 6,
  of: (count) => ({
    name: "outage",
    summary: outage.summary,
    durationSeconds: 40 * MINUTE,
    accounts: listOf(count, (index) =>
      index % 2 === 0
        ? key(index, { quotas: [{ rpm: 10, rpd: 250 }] })
        : seat(index, { quotas: [{ rpm: 60, rpd: 1000 }] }),
    ),
    workload: {
      callers: count,
      startSeconds: { from: 0, to: MINUTE },
      turns: { from: 5, to: 15 },
      thinkSeconds: { from: 3, to: 20 },
      models: ["gemini-2.5-pro", "gemini-2.5-flash"],
      firstOutputSeconds: { from: 1, to: 4 },
      answerSeconds: { from: 1, to: 10 },
    },
    outages: [
      { fromSeconds: 5 * MINUTE, toSeconds: 15 * MINUTE, model: "gemini-2.5-pro", answer: "busy" },
      { fromSeconds: 20 * MINUTE, toSeconds: 25 * MINUTE, backend: "code-assist", answer: "network" },
    ],
  }),
};

/** The plans that are built in. */
export const BUILT_IN_PLANS: readonly BuiltInPlan[] = [minutes, days, staggered, outage];
