import type { EpochMs } from "../core/account";
import type { Answer, HttpRequest } from "./answer";
import { type Call, readCall } from "./call";
import { count, type Draft, generate, models, named, plannedEvents, quota } from "./endpoints";
import { type Finishing, finish, finishFault, unknownAddress } from "./finish";
import { identify } from "./identify";
import { login } from "./logins";
import { outageAt } from "./outages";
import type { FaultRule, OutageRule, Scenario, ScenarioAccount } from "./scenario";
import { seatSetup } from "./seats";
import { type FaultInput, findFault } from "./stream-faults";
import { bodyJson } from "./wire";
import { caseContext, createWorld, type World } from "./world";

/** Google's rules for one scenario: a request and a time in, everything a server has to do out. */
export interface Google {
  /** `callerNow`: the time on the caller's clock, by which instants are stated; default the same. Time only goes forward. */
  answer(request: HttpRequest, now: EpochMs, callerNow?: EpochMs): Answer;
  /** Ends a refresh token, an access token or all access tokens of a label; without a name, every access token. */
  expire(name?: string): void;
}

/** A new world; tokens that the scenario begins with live from `now`. The same requests at the same times get the same answers. */
export function createGoogle(scenario: Scenario, now: EpochMs): Google {
  const world = createWorld(scenario, now);
  return {
    answer: (request, at, callerNow = at) => answer(world, request, { now: at, callerNow }),
    expire: (name) => world.desk.expire(name),
  };
}

/** The same moment by Google's clock and by the caller's. */
interface Times {
  readonly now: EpochMs;
  readonly callerNow: EpochMs;
}

interface Caller extends Times {
  readonly call: Call;
  readonly account: ScenarioAccount | undefined;
}

function answer(world: World, request: HttpRequest, times: Times): Answer {
  const { scenario } = world;
  const call = readCall(request, scenario.inspectBodies !== false);
  if (call === undefined || (call.path === "metadata" && !world.desk.machine)) return unknownAddress(request);
  const { account, refused } = identify(world, call, times.now);
  const caller: Caller = { call, account, ...times };
  const finishing: Finishing = { scenario, call, account };
  if (refused !== undefined) return finish(finishing, named(world, caller, refused));
  const fault =
    world.faults.take({ account: account?.label, path: call.path, model: call.model }) ?? outage(world, caller);
  return fault === undefined ? finish(finishing, draftFor(world, caller)) : spoilt(world, caller, fault);
}

/** What the schedule says of this moment. Like a fault, it is about generate calls unless it names a path. */
function outage({ scenario, startsAt }: World, { call, account, now }: Caller): OutageRule | undefined {
  const { outages } = scenario;
  if (outages === undefined) return undefined;
  const rules = outages.filter(({ path = "generate" }) => path === "*" || path === call.path);
  return outageAt(rules, { backend: call.backend, model: call.model, account: account?.label }, now - startsAt);
}

function draftFor(world: World, caller: Caller): Draft {
  const { call, account } = caller;
  if (call.backend === "oauth" || account === undefined) return login(world, caller);
  const asked = { ...caller, account };
  switch (call.path) {
    case "generate":
      return generate(world, asked);
    case "count":
      return count(world, asked);
    case "models":
      return models(world, asked);
    case "quota":
      return quota(world, asked);
    case "load":
    case "onboard":
    case "operation":
      return seatSetup(world, asked);
    default:
      return login(world, caller);
  }
}

/** `ok` is the true answer, only later; everything else is the name of a case or of a fault of the connection. */
function spoilt(world: World, caller: Caller, fault: Pick<FaultRule, "answer" | "with">): Answer {
  const changes = fault.with ?? {};
  const finishing: Finishing = { scenario: world.scenario, ...caller, delayMs: changes.delayMs };
  if (fault.answer === "ok") return finish(finishing, draftFor(world, caller));
  const spoil = findFault(fault.answer);
  if (spoil === undefined) return finish(finishing, named(world, { ...caller, changes }, fault.answer));
  const context = caseContext(world, { ...caller, changes });
  return finishFault(finishing, fault.answer, spoil({ ...planned(world, caller), context }));
}

/** The answer that a fault starts from. */
function planned(world: World, caller: Caller): Pick<FaultInput, "events" | "shape"> {
  const { call, account } = caller;
  if (call.path === "generate" && account !== undefined)
    return { events: plannedEvents(world, { ...caller, account }), shape: call };
  const { answer: whole } = draftFor(world, caller);
  return {
    events: [whole.kind === "json" ? bodyJson(whole.body) : ""],
    shape: { backend: call.backend, streaming: false, sse: false },
  };
}
