import { CASE_NAMES, findCase } from "./cases/table";
import {
  type AnswerChanges,
  type FaultRule,
  isExpressAccount,
  isKeyAccount,
  isSeat,
  isServiceAccount,
  type OutageRule,
  type Scenario,
} from "./scenario";
import { FAULT_NAMES, findFault, TRANSPORT_FAULTS } from "./stream-faults";

/** What makes no sense in a scenario of the right shape, each with its place, e.g. `faults[0].answer: …`. Empty: all is well. */
export function scenarioProblems(scenario: Scenario): readonly string[] {
  return [
    ...(scenario.accounts.length === 0 ? ["accounts: at least one is needed"] : []),
    ...doubled(scenario, "label", ({ label }) => label),
    ...doubled(scenario, "key", (account) => (isKeyAccount(account) ? account.key : undefined)),
    ...doubled(scenario, "expressKey", (account) => (isExpressAccount(account) ? account.expressKey : undefined)),
    ...doubled(scenario, "refreshToken", (account) => (isSeat(account) ? account.refreshToken : undefined)),
    ...doubled(scenario, "serviceEmail", (account) => (isServiceAccount(account) ? account.serviceEmail : undefined)),
    ...doubled(scenario, "isMachine", (account) =>
      isServiceAccount(account) && account.isMachine ? "the machine" : undefined,
    ),
    ...unusedScopes(scenario),
    ...peoplesLimits(scenario),
    ...(scenario.outages ?? []).flatMap((outage, index) => outageProblems(scenario, outage, `outages[${index}]`)),
    ...(scenario.faults ?? []).flatMap((fault, index) => faultProblems(scenario, fault, `faults[${index}]`)),
    ...(scenario.replies ?? []).flatMap(({ when }, index) =>
      unknownAccount(scenario, when?.account, `replies[${index}].when.account`),
    ),
  ];
}

function doubled(
  scenario: Scenario,
  field: string,
  read: (account: Scenario["accounts"][number]) => string | undefined,
): readonly string[] {
  const seen = new Map<string, number>();
  return scenario.accounts.flatMap((account, index) => {
    const value = read(account);
    const before = value === undefined ? undefined : seen.get(value);
    if (value !== undefined) seen.set(value, before ?? index);
    return before === undefined ? [] : [`accounts[${index}].${field}: accounts[${before}] has the same`];
  });
}

/** A project or person that no account belongs to is a slip of the pen. */
function unusedScopes({ accounts, projects = {}, users = {} }: Scenario): readonly string[] {
  const inUse = new Set(accounts.map(({ project }) => project));
  const people = new Set(accounts.map((account) => (isSeat(account) ? (account.user ?? account.label) : undefined)));
  return [
    ...Object.keys(projects)
      .filter((name) => !inUse.has(name))
      .map((name) => `projects.${name}: no account belongs to it`),
    ...Object.keys(users)
      .filter((name) => !people.has(name))
      .map((name) => `users.${name}: no seat belongs to them`),
  ];
}

/** Limits that only people have. */
const PEOPLES = ["rp5h", "rpw", "dayEndsInSeconds"] as const;

const peoplesLimits = ({ projects = {} }: Scenario): readonly string[] =>
  Object.entries(projects).flatMap(([name, { quotas = [] }]) =>
    quotas.flatMap((rule, index) =>
      PEOPLES.filter((field) => rule[field] !== undefined).map(
        (field) => `projects.${name}.quotas[${index}].${field}: only people have it`,
      ),
    ),
  );

function unknownAccount({ accounts }: Scenario, label: string | undefined, place: string): readonly string[] {
  if (label === undefined || label === "*" || accounts.some((account) => account.label === label)) return [];
  return [
    `${place}: no account is called ${JSON.stringify(label)}; there are ${accounts.map((account) => JSON.stringify(account.label)).join(", ")}`,
  ];
}

function faultProblems(
  scenario: Scenario,
  { on = {}, answer, with: changes }: FaultRule,
  place: string,
): readonly string[] {
  const { path = "generate" } = on;
  return [
    ...unknownAccount(scenario, on.account, `${place}.on.account`),
    ...unknownAnswer(answer, `${place}.answer`),
    ...misplacedFault(answer, path, `${place}.answer`),
    ...unknownError(changes, `${place}.with.error`),
  ];
}

function outageProblems(scenario: Scenario, outage: OutageRule, place: string): readonly string[] {
  const { fromSeconds, toSeconds, account, answer, path = "generate" } = outage;
  return [
    ...(toSeconds > fromSeconds ? [] : [`${place}.toSeconds: it must end after it begins`]),
    ...unknownAccount(scenario, account, `${place}.account`),
    ...unknownAnswer(answer, `${place}.answer`),
    ...misplacedFault(answer, path === "*" ? "every path" : path, `${place}.answer`),
    ...unknownError(outage.with, `${place}.with.error`),
  ];
}

function unknownAnswer(answer: string, place: string): readonly string[] {
  if (answer === "ok" || findCase(answer) !== undefined || findFault(answer) !== undefined) return [];
  const near = [...CASE_NAMES, ...FAULT_NAMES].filter(
    (name) => name.includes(answer) || name.startsWith(answer.slice(0, 6)),
  );
  const hint = near.length > 0 ? `; did you mean ${near.slice(0, 8).join(", ")}?` : "; the README lists them all";
  return [`${place}: nothing is called ${JSON.stringify(answer)}${hint}`];
}

const misplacedFault = (answer: string, path: string, place: string): readonly string[] =>
  path !== "generate" && findFault(answer) !== undefined && !TRANSPORT_FAULTS.includes(answer)
    ? [`${place}: ${answer} spoils generated answers only; for ${path} there are ${TRANSPORT_FAULTS.join(", ")}`]
    : [];

const unknownError = (changes: AnswerChanges | undefined, place: string): readonly string[] =>
  changes?.error === undefined || findCase(changes.error) !== undefined
    ? []
    : [`${place}: no case is called ${JSON.stringify(changes.error)}`];
