import type { Plan, PlannedAccount, Spread } from "./plan";

/** What makes no sense in a plan of the right shape, each with its place. Empty: all is well. */
export function planProblems(plan: Plan): readonly string[] {
  const { accounts, workload, startsAt, outages = [] } = plan;
  const { callers = 0, bursts = [], models } = workload;
  const labels = new Set(accounts.flatMap(labelsOf));
  return [
    ...(accounts.length === 0 ? ["accounts: at least one is needed"] : []),
    ...accounts.flatMap((account, index) => accountProblems(accounts, account, index)),
    ...(callers === 0 && bursts.length === 0 ? ["workload: nobody asks; set callers or bursts"] : []),
    ...(models?.length === 0 ? ["workload.models: at least one is needed"] : []),
    ...spreads(plan).flatMap(([place, spread]) => spreadProblem(place, spread)),
    ...outages.flatMap(({ fromSeconds, toSeconds, account }, index) => [
      ...(toSeconds > fromSeconds ? [] : [`outages[${index}].toSeconds: it must end after it begins`]),
      ...(account === undefined || account === "*" || labels.has(account)
        ? []
        : [`outages[${index}].account: no account is called ${JSON.stringify(account)}`]),
    ]),
    ...(startsAt === undefined || !Number.isNaN(Date.parse(startsAt))
      ? []
      : ["startsAt: expected a time such as 2026-11-20T12:00:00Z"]),
  ];
}

const labelsOf = ({ label, count }: PlannedAccount): readonly string[] =>
  count === undefined ? [label] : Array.from({ length: count }, (_, index) => `${label}-${index + 1}`);

function accountProblems(
  accounts: readonly PlannedAccount[],
  account: PlannedAccount,
  index: number,
): readonly string[] {
  const place = `accounts[${index}]`;
  const labels = new Set(labelsOf(account));
  const same = accounts.findIndex((other) => labelsOf(other).some((label) => labels.has(label)));
  const owner = ownerOf(account);
  const first = accounts.findIndex((other) => owner !== undefined && ownerOf(other) === owner);
  const isSeat = account.backend === "code-assist";
  const misplaced = isSeat ? (["project", "tier"] as const) : (["user"] as const);
  return [
    ...(same < index ? [`${place}.label: accounts[${same}] has the same`] : []),
    ...misplaced
      .filter((field) => account[field] !== undefined)
      .map((field) => `${place}.${field}: a ${isSeat ? "seat has a user" : "key has a project"} and no ${field}`),
    ...(owner !== undefined && first < index && account.quotas !== undefined
      ? [`${place}.quotas: accounts[${first}] of the same ${isSeat ? "user" : "project"} has them`]
      : []),
    ...(isSeat ? [] : peoplesLimits(account, place)),
  ];
}

const ownerOf = ({ backend = "gemini-api", project, user }: PlannedAccount): string | undefined => {
  const owner = backend === "gemini-api" ? project : user;
  return owner === undefined ? undefined : `${backend}/${owner}`;
};

const PEOPLES = ["rp5h", "rpw", "dayEndsInSeconds"] as const;

const peoplesLimits = ({ quotas = [] }: PlannedAccount, place: string): readonly string[] =>
  quotas.flatMap((rule, index) =>
    PEOPLES.filter((field) => rule[field] !== undefined).map(
      (field) => `${place}.quotas[${index}].${field}: only people have it, and this is a key`,
    ),
  );

function spreads({ networkMs, workload }: Plan): readonly (readonly [string, Spread | undefined])[] {
  const { startSeconds, turns, thinkSeconds, pauseSeconds, inputTokens, firstOutputSeconds, answerSeconds, subagents } =
    workload;
  const timing = { startSeconds, turns, thinkSeconds, pauseSeconds, inputTokens, firstOutputSeconds, answerSeconds };
  return [
    ["networkMs", networkMs],
    ...Object.entries(timing).map(([name, spread]) => [`workload.${name}`, spread] as const),
    ["workload.subagents.conversations", subagents?.conversations],
    ["workload.subagents.turns", subagents?.turns],
  ];
}

const spreadProblem = (place: string, spread: Spread | undefined): readonly string[] =>
  typeof spread === "object" && spread.to < spread.from ? [`${place}.to: it must not be less than from`] : [];
