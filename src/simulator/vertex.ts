import type { EpochMs } from "../core/account";
import type { Call } from "./call";
import { isTokenAccount, type ScenarioAccount } from "./scenario";
import { locationOf, projectOf, projectRule, quotaOf, type World } from "./world";

/** A call of Vertex AI by somebody it knows. */
interface VertexCall {
  readonly call: Call;
  readonly account: ScenarioAccount;
}

/** Why somebody who is known may not ask for that: the named refusal; undefined where he may. Google looks at the project first. */
export function vertexRefusal(world: World, { call, account }: VertexCall): string | undefined {
  const { vertex = {} } = projectRule(world, account);
  if (vertex.disabled) return "vx_403_service_disabled";
  if (vertex.withoutBilling) return "vx_403_billing_disabled";
  const isElsewhere = call.place !== undefined && call.place.project !== projectOf(account);
  if (isElsewhere || (isTokenAccount(account) && account.mayPredict === false)) return "vx_403_iam";
  const models = world.scenario.locations?.[locationOf(call)]?.models ?? world.models;
  return call.model !== undefined && models.includes(call.model) ? undefined : "vx_404_publisher_model";
}

/** How a limit is refused: the project's own in so many words, that of all projects together as a lack of capacity. Neither says how long. */
export function vertexLimit(
  world: World,
  asked: VertexCall,
  { inputTokens, now }: { readonly inputTokens: number; readonly now: EpochMs },
): string | undefined {
  if (quotaOf(world, asked).reached(inputTokens, now).length > 0) return "vx_429_project_quota";
  return sharedOf(world, asked.call).reached(inputTokens, now).length > 0 ? "vx_429_dsq_bare" : undefined;
}

/** What is left for everybody at the location of a call. */
export const sharedOf = (world: World, call: Call) => world.locations.of(locationOf(call), call.model ?? "");
