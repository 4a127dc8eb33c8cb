import type { EpochMs } from "../core/account";
import type { Answer, HttpRequest } from "./answer";
import { type Call, readCall } from "./call";
import { count, type Draft, generate, models, named, plannedEvents, quota, token } from "./endpoints";
import { type Finishing, finish, finishFault, unknownAddress } from "./finish";
import { outageAt } from "./outages";
import type { FaultRule, OutageRule, Scenario, ScenarioAccount } from "./scenario";
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
  if (call === undefined) return unknownAddress(request);
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
  if (call.path === "token" || account === undefined) return token(world, caller);
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
  }
}

interface Identity {
  readonly account: ScenarioAccount | undefined;
  readonly refused?: string;
}

const refusedAs = (refused: string): Identity => ({ account: undefined, refused });

/** Whose credential this is. A key in the query is no key: it would end up in logs. */
function identify(world: World, call: Call, now: EpochMs): Identity {
  if (call.backend === "oauth")
    return { account: world.desk.owner(new URLSearchParams(call.body).get("refresh_token")) };
  if (call.backend === "gemini-api") return identifyKey(world, call);
  const holder = call.bearer === undefined ? undefined : world.desk.holder(call.bearer, now);
  return typeof holder === "object" ? { account: holder } : refusedAs("any_401_unauthenticated");
}

/** Google answers a bad key of the newer kind as a bad token. */
function identifyKey(world: World, { apiKey }: Call): Identity {
  if (apiKey === undefined || apiKey === "") return refusedAs("gl_403_no_identity");
  const account = world.keys.get(apiKey);
  if (account !== undefined) return { account };
  return refusedAs(apiKey.startsWith("AQ.") ? "any_401_access_token_type_unsupported" : "gl_400_api_key_invalid");
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
