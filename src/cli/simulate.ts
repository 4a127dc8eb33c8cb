import { STRATEGY_NAMES, type StrategyName } from "../core/rotation/strategies/name";
import type { Plan } from "../simulator/run/plan";
import { BUILT_IN_PLANS } from "../simulator/run/plans";
import type { Simulation } from "../simulator/run/simulate";
import type { OptionValues } from "./arguments";
import type { CliIo, CliSimulation, Command, ExitCode } from "./command";
import { simulationTable } from "./simulation-table";

const DAY_SECONDS = 86_400;
const DEFAULT_PLAN = "minutes";
const NAMES = BUILT_IN_PLANS.map(({ name }) => name);

/** Plays a plan against Google's rules in no time and compares the strategies. It calls nobody and reads no account. */
export const simulate: Command = {
  name: "simulate",
  usage: "simulate [--plan NAME|FILE] [--strategy NAMES] [--accounts N] [--days N] [--seed N] [--json]",
  summary: "compares the strategies on invented accounts, in no time and without any call",
  options: [
    { name: "plan", value: "NAME|FILE", summary: `${NAMES.join(", ")}, or a JSON file; default ${DEFAULT_PLAN}` },
    {
      name: "strategy",
      value: "NAMES",
      summary: `some of ${STRATEGY_NAMES.join(", ")}, with commas between; default all`,
    },
    { name: "accounts", value: "N", summary: "how many accounts a built-in plan has" },
    { name: "days", value: "N", summary: "how long it lasts; a fraction is fine" },
    { name: "seed", value: "N", summary: "another number is another chance; the same one gives the same result" },
    { name: "json", summary: "the figures for programs" },
  ],
  async run(values, io, { simulation }) {
    if (!simulation) return complain(io, 1, "there is no simulator here");
    const world = await simulation();
    const wishes = wishesOf(values);
    if (wishes.kind === "wrong") return complain(io, 2, wishes.sentence);
    const found = await planOf(wishes, world);
    if (found.kind === "wrong") return complain(io, found.code, found.sentence);
    // Loaded here: nobody else needs the pool on the command line.
    const { simulate: play } = await import("../simulator/run/simulate");
    return show(await play(found.plan, wishes.strategies, world), values, io);
  },
};

function show(result: Simulation, values: OptionValues, io: CliIo): ExitCode {
  const text = values["json"] ? JSON.stringify(result, undefined, 2) : simulationTable(result).join("\n");
  io.stdout(`${text}\n`);
  return 0;
}

function complain(io: CliIo, code: ExitCode, sentence: string): ExitCode {
  io.stderr(`gemini-pool simulate: ${sentence}\n`);
  return code;
}

/** What was asked for, once it is understood. */
interface Wishes {
  readonly plan: string;
  readonly strategies: readonly StrategyName[];
  readonly accounts: number | undefined;
  readonly days: number | undefined;
  readonly seed: number | undefined;
}

type Wrong = { readonly kind: "wrong"; readonly sentence: string };

function wishesOf(values: OptionValues): ({ readonly kind: "wishes" } & Wishes) | Wrong {
  const { plan, strategy } = values;
  const names = typeof strategy === "string" ? strategy.split(",").map((name) => name.trim()) : STRATEGY_NAMES;
  const strategies = STRATEGY_NAMES.filter((name) => names.includes(name));
  const wrong = names.find((name) => !STRATEGY_NAMES.some((known) => known === name));
  if (wrong !== undefined) {
    return {
      kind: "wrong",
      sentence: `--strategy: nothing is called ${JSON.stringify(wrong)}; there are ${STRATEGY_NAMES.join(", ")}`,
    };
  }
  const [accounts, days, seed] = [numberOf(values["accounts"]), numberOf(values["days"]), numberOf(values["seed"])];
  if (accounts !== undefined && !(Number.isInteger(accounts) && accounts >= 1 && accounts <= 10_000)) {
    return { kind: "wrong", sentence: "--accounts: a whole number from 1 to 10000" };
  }
  if (days !== undefined && !(days > 0 && days <= 3650)) {
    return { kind: "wrong", sentence: "--days: a number above 0, up to 3650" };
  }
  if (seed !== undefined && !Number.isFinite(seed)) return { kind: "wrong", sentence: "--seed: a number" };
  return { kind: "wishes", plan: typeof plan === "string" ? plan : DEFAULT_PLAN, strategies, accounts, days, seed };
}

const numberOf = (value: string | true | undefined): number | undefined =>
  typeof value === "string" ? (value.trim() === "" ? Number.NaN : Number(value)) : undefined;

type FoundPlan = { readonly kind: "plan"; readonly plan: Plan } | (Wrong & { readonly code: ExitCode });

async function planOf({ plan: name, accounts, days, seed }: Wishes, world: CliSimulation): Promise<FoundPlan> {
  const builtIn = BUILT_IN_PLANS.find((each) => each.name === name);
  if (!builtIn && accounts !== undefined) {
    return { kind: "wrong", code: 2, sentence: "--accounts: a plan in a file names its own" };
  }
  const found: FoundPlan = builtIn
    ? { kind: "plan", plan: builtIn.of(accounts ?? builtIn.accountCount) }
    : await planFile(name, world);
  if (found.kind === "wrong") return found;
  const length = days === undefined ? {} : { durationSeconds: days * DAY_SECONDS };
  return { kind: "plan", plan: { ...found.plan, ...length, ...(seed === undefined ? {} : { seed }) } };
}

async function planFile(path: string, { read, jsonFault }: CliSimulation): Promise<FoundPlan> {
  const text = read(path);
  if (text === undefined) {
    return { kind: "wrong", code: 1, sentence: `${path} is no file and no plan; built in are ${NAMES.join(", ")}` };
  }
  const fault = jsonFault(text);
  if (fault !== undefined) return { kind: "wrong", code: 1, sentence: `${path}: ${fault}` };
  const { readPlan } = await import("../simulator/run/read-plan");
  const result = readPlan(JSON.parse(text));
  if (result.kind === "plan") return result;
  return { kind: "wrong", code: 1, sentence: [`${path} is no plan:`, ...result.problems].join("\n  ") };
}
