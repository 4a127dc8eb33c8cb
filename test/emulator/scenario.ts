import { scenarioProblems } from "../../src/simulator/check";
import type { Scenario } from "../../src/simulator/scenario";
import { jsonFault } from "../../src/storage/json-fault";

export type { FaultRule, ReplyRule, Scenario, ScenarioAccount } from "../../src/simulator/scenario";

/** Everything that is wrong with a scenario, a line each, with its place. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
  constructor(
    source: string,
    readonly problems: readonly string[],
  ) {
    super([`${source} is no scenario:`, ...problems.map((problem) => `  ${problem}`)].join("\n"));
  }
}

/** Throws a ScenarioError where a scenario contradicts itself. */
export function checkScenario(scenario: Scenario, source = "This"): Scenario {
  const problems = scenarioProblems(scenario);
  if (problems.length > 0) throw new ScenarioError(source, problems);
  return scenario;
}

/** A scenario out of the text of a file; `source` is the file's name for errors. Throws a ScenarioError. */
export async function readScenario(text: string, source: string): Promise<Scenario> {
  const broken = jsonFault(text);
  if (broken !== undefined) throw new ScenarioError(source, [broken]);
  const { SCENARIO_SHAPE } = await import("./schema");
  const { data, error } = SCENARIO_SHAPE.safeParse(JSON.parse(text));
  if (error)
    throw new ScenarioError(
      source,
      error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`),
    );
  const { $schema: _, ...scenario } = data;
  return checkScenario(scenario as unknown as Scenario, source);
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "") || "the file";
