import type { EpochMs } from "../core/account";
import type { Answer, HttpRequest } from "./answer";
import { type Call, readCall } from "./call";
import { count, type Draft, generate, models, named, plannedEvents, quota, token } from "./endpoints";
import { type Finishing, finish, finishFault, unknownAddress } from "./finish";
import type { FaultRule, Scenario, ScenarioAccount } from "./scenario";
import { type FaultInput, findFault } from "./stream-faults";
import { bodyJson } from "./wire";
import { caseContext, createWorld, type World } from "./world";

/** Google's rules for one scenario: a request and a time in, everything a server has to do out. */
export interface Google {
  answer(request: HttpRequest, now: EpochMs): Answer;
  /** Ends a refresh token, an access token or all access tokens of a label; without a name, every access token. */
  expire(name?: string): void;
}

/** A new world; tokens that the scenario begins with live from `now`. The same requests at the same times get the same answers. */
export function createGoogle(scenario: Scenario, now: EpochMs): Google {
  const world = createWorld(scenario, now);
  return {
    answer: (request, at) => answer(world, request, at),
    expire: (name) => world.desk.expire(name),
  };
}

interface Caller {
  readonly call: Call;
  readonly account: ScenarioAccount | undefined;
  readonly now: EpochMs;
}

function answer(world: World, request: HttpRequest, now: EpochMs): Answer {
  const { scenario } = world;
  const call = readCall(request, scenario.inspectBodies !== false);
  if (call === undefined) return unknownAddress(request);
  const { account, refused } = identify(world, call, now);
  const caller: Caller = { call, account, now };
  const finishing: Finishing = { scenario, call, account };
  if (refused !== undefined) return finish(finishing, named(world, caller, refused));
  const fault = world.faults.take({ account: account?.label, path: call.path, model: call.model });
  return fault === undefined ? finish(finishing, draftFor(world, caller)) : spoilt(world, caller, fault);
}

function draftFor(world: World, { call, account, now }: Caller): Draft {
  if (call.path === "token" || account === undefined) return token(world, call, now);
  const asked = { call, account, now };
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
function spoilt(world: World, caller: Caller, fault: FaultRule): Answer {
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
  const { call, account, now } = caller;
  if (call.path === "generate" && account !== undefined)
    return { events: plannedEvents(world, { call, account, now }), shape: call };
  const { answer: whole } = draftFor(world, caller);
  return {
    events: [whole.kind === "json" ? bodyJson(whole.body) : ""],
    shape: { backend: call.backend, streaming: false, sse: false },
  };
}
