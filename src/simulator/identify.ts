import type { EpochMs } from "../core/account";
import type { Call } from "./call";
import { loginOf } from "./logins";
import { isSeat, isTokenAccount, type ScenarioAccount } from "./scenario";
import type { World } from "./world";

/** Whose credential a call carries, or the named refusal of one that is nobody's. */
export interface Identity {
  readonly account: ScenarioAccount | undefined;
  readonly refused?: string;
}

/** Whose credential this is. A key in the query is no key: it would end up in logs. */
export function identify(world: World, call: Call, now: EpochMs): Identity {
  switch (call.backend) {
    case "oauth":
      return call.path === "userinfo"
        ? identifyToken(world, call, now, isTokenAccount)
        : { account: loginOf(world, call) };
    case "code-assist":
      return identifyToken(world, call, now, isSeat);
    case "gemini-api":
      return call.bearer === undefined ? identifyKey(world, call) : identifyToken(world, call, now, isTokenAccount);
    case "vertex":
      return identifyAtVertex(world, call, now);
  }
}

const refusedAs = (refused: string): Identity => ({ account: undefined, refused });

/** A token that was not made for this service lacks its scope. */
function identifyToken(
  { desk }: World,
  { bearer }: Call,
  now: EpochMs,
  mayAsk: (account: ScenarioAccount) => boolean,
): Identity {
  const holder = bearer === undefined ? undefined : desk.holder(bearer, now);
  if (typeof holder !== "object") return refusedAs("any_401_unauthenticated");
  return mayAsk(holder) ? { account: holder } : refusedAs("any_403_scope_insufficient");
}

function identifyKey(world: World, { apiKey }: Call): Identity {
  if (apiKey === undefined || apiKey === "") return refusedAs("gl_403_no_identity");
  const account = world.keys.get(apiKey);
  if (account !== undefined) return { account };
  return refusedAs(world.expressKeys.has(apiKey) ? "gl_403_service_blocked" : badKey(apiKey));
}

/** Google answers a bad key of the newer kind as a bad token. */
const badKey = (apiKey: string): string =>
  apiKey.startsWith("AQ.") ? "any_401_access_token_type_unsupported" : "gl_400_api_key_invalid";

/** Express mode takes its own keys for models alone: lists and everything that names a project want a token. */
function identifyAtVertex(world: World, call: Call, now: EpochMs): Identity {
  const { apiKey, place, path } = call;
  if (apiKey === undefined) {
    return place === undefined && path !== "models"
      ? refusedAs("any_401_unauthenticated")
      : identifyToken(world, call, now, isTokenAccount);
  }
  const account = world.expressKeys.get(apiKey);
  if (place !== undefined || path === "models" || world.keys.has(apiKey))
    return refusedAs("vx_401_api_key_unsupported");
  return account === undefined ? refusedAs(badKey(apiKey)) : { account };
}
