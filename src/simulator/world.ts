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
  type ExpressAccount,
  isExpressAccount,
  isKeyAccount,
  isSeat,
  type KeyAccount,
  type ProjectRule,
  type Scenario,
  type ScenarioAccount,
} from "./scenario";
import { createSeatDesk, type SeatDesk } from "./seat-desk";
import { createTokenDesk, type TokenDesk } from "./tokens";

/** A scenario in motion: what is counted, issued and spoilt so far. */
export interface World {
  readonly scenario: Scenario;
  readonly models: readonly string[];
  readonly keys: ReadonlyMap<string, KeyAccount>;
  readonly expressKeys: ReadonlyMap<string, ExpressAccount>;
  readonly desk: TokenDesk;
  readonly seats: SeatDesk;
  readonly projects: QuotaMeter;
  readonly people: QuotaMeter;
  /** Of projects at the locations of Vertex AI, and of the locations themselves. */
  readonly vertexProjects: QuotaMeter;
  readonly locations: QuotaMeter;
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
    expressKeys: new Map(scenario.accounts.filter(isExpressAccount).map((account) => [account.expressKey, account])),
    desk: createTokenDesk(scenario, now),
    seats: createSeatDesk(scenario),
    projects: createMeter({
      rulesOf: (project) => scenario.projects?.[project]?.quotas ?? [],
      day: "pacific",
      startsAt: now,
    }),
    vertexProjects: createMeter({
      rulesOf: (place) => scenario.projects?.[place.slice(0, place.lastIndexOf("/"))]?.vertex?.quotas ?? [],
      day: "pacific",
      startsAt: now,
    }),
    locations: createMeter({
      rulesOf: (location) => scenario.locations?.[location]?.sharedQuotas ?? [],
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

/** A call of somebody. */
interface CountedCall {
  readonly call: Call;
  readonly account: ScenarioAccount;
}

/** What counts a call: the project, at Vertex AI also where it is asked, at Code Assist the person. */
export function quotaOf(world: World, { call, account }: CountedCall, model = call.model ?? ""): QuotaCounter {
  const project = projectOf(account);
  if (call.backend === "vertex") return world.vertexProjects.of(`${project}/${locationOf(call)}`, model);
  if (call.backend !== "code-assist" || !isSeat(account)) return world.projects.of(project, model);
  return world.people.of(account.user ?? account.label, modelGroup({ backend: "code-assist" }, model));
}

/** Where Vertex AI is asked; a key is asked everywhere at once. */
export const locationOf = ({ place }: Call): string => place?.location ?? "global";

/** Twelve digits that stay the same for a name. */
export function inventedNumber(project: string): string {
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
    location: locationOf(call),
    now: callerNow,
    changes,
  };
}
