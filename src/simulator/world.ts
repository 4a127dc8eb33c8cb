import type { EpochMs } from "../core/account";
import { modelGroup } from "../core/scope";
import type { Call } from "./call";
import type { CaseContext } from "./cases/case";
import { createFaultBook, type FaultBook } from "./faults";
import { createMeter, type QuotaMeter } from "./quota";
import type { QuotaCounter } from "./quota-counter";
import {
  type AnswerChanges,
  DEFAULT_MODELS,
  isKeyAccount,
  type KeyAccount,
  type ProjectRule,
  type Scenario,
  type ScenarioAccount,
} from "./scenario";
import { createTokenDesk, type TokenDesk } from "./tokens";

/** A scenario in motion: what is counted, issued and spoilt so far. */
export interface World {
  readonly scenario: Scenario;
  readonly models: readonly string[];
  readonly keys: ReadonlyMap<string, KeyAccount>;
  readonly desk: TokenDesk;
  readonly projects: QuotaMeter;
  readonly people: QuotaMeter;
  readonly faults: FaultBook;
  readonly startsAt: EpochMs;
  /** Generate calls answered per account. */
  readonly replies: Map<string, number>;
}

export function createWorld(scenario: Scenario, now: EpochMs): World {
  return {
    scenario,
    models: scenario.models ?? DEFAULT_MODELS,
    keys: new Map(scenario.accounts.filter(isKeyAccount).map((account) => [account.key, account])),
    desk: createTokenDesk(scenario, now),
    projects: createMeter({
      rulesOf: (project) => scenario.projects?.[project]?.quotas ?? [],
      day: "pacific",
      startsAt: now,
    }),
    people: createMeter({
      rulesOf: (user) => scenario.users?.[user]?.quotas ?? [],
      day: "from-first",
      startsAt: now,
    }),
    faults: createFaultBook(scenario.faults ?? []),
    startsAt: now,
    replies: new Map(),
  };
}

/** The project an account's calls run in; a key without one has its own. */
export const projectOf = (account: ScenarioAccount): string => account.project ?? `project-of-${account.label}`;

export const projectRule = (world: World, account: ScenarioAccount): ProjectRule =>
  world.scenario.projects?.[projectOf(account)] ?? {};

/** What counts an account's requests for a model. */
export const quotaOf = (world: World, account: ScenarioAccount, model: string): QuotaCounter =>
  isKeyAccount(account)
    ? world.projects.of(projectOf(account), model)
    : world.people.of(account.user ?? account.label, modelGroup({ backend: "code-assist" }, model));

/** Twelve digits that stay the same for a project's name. */
function inventedNumber(project: string): string {
  const sum = [...project].reduce(
    (hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) % 899_999_999_981,
    7,
  );
  return String(100_000_000_000 + sum);
}

interface ContextOptions {
  readonly call: Call;
  readonly account: ScenarioAccount | undefined;
  readonly callerNow: EpochMs;
  readonly changes?: AnswerChanges;
}

/** What a named answer may say about this call. Instants in it are by the caller's clock. */
export function caseContext(world: World, options: ContextOptions): CaseContext {
  const { call, account, callerNow, changes = {} } = options;
  const project = account === undefined ? "example-project" : projectOf(account);
  const stated = account === undefined ? undefined : projectRule(world, account).number;
  return {
    backend: call.backend,
    model: changes.model ?? call.model ?? "gemini-2.5-pro",
    method: call.method,
    project,
    projectNumber: stated ?? inventedNumber(project),
    now: callerNow,
    changes,
  };
}
