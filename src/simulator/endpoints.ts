import type { EpochMs } from "../core/account";
import { NO_SIGNATURES, type SignatureCount, type Step } from "./answer";
import { bigReply } from "./big";
import type { Call } from "./call";
import { type CaseAnswer, type CaseBuilder, found } from "./cases/case";
import { findCase } from "./cases/table";
import { type Event, frame } from "./frame";
import { badBody } from "./judge";
import { refuseLimits } from "./refuse";
import { chooseReply, contentsOf, countedTokens, replyEvents } from "./reply";
import type { AnswerChanges, ScenarioAccount } from "./scenario";
import { judgeSignatures, NOT_JUDGED, type SignatureJudgement } from "./signatures";
import { sharedOf, vertexLimit, vertexRefusal } from "./vertex";
import { timestamp } from "./wire";
import { caseContext, quotaOf, type World } from "./world";

/** A call with everything that is known of it. */
export interface Asked {
  readonly call: Call;
  readonly account: ScenarioAccount;
  readonly now: EpochMs;
  /** The time on the caller's clock, which differs where Google's has been moved. */
  readonly callerNow: EpochMs;
}

/** An answer before headers: a named refusal, a body, or a stream. */
export interface Draft {
  readonly name: string;
  readonly answer: CaseAnswer | { readonly kind: "steps"; readonly steps: readonly Step[] };
  readonly signatures?: SignatureCount;
  /** Beside the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call of somebody, or of nobody we know. */
export interface AnybodyAsked extends Omit<Asked, "account"> {
  readonly account: ScenarioAccount | undefined;
  readonly changes?: AnswerChanges;
}

/** A named answer for this call. */
export function named(world: World, asked: AnybodyAsked, name: string): Draft {
  return { name, answer: (findCase(name) ?? found({}))(caseContext(world, asked)) };
}

/** Generates, or refuses as Google would: a body that is no request, a model that is not there, a limit, a signature. */
export function generate(world: World, asked: Asked): Draft {
  const refused = refusedRequest(world, asked);
  if (refused !== undefined) return refused;
  const judgement = judge(world, asked);
  const limited = limitRefusal(world, asked);
  if (limited !== undefined) return { ...limited, signatures: judgement.count };
  const broken = world.scenario.strictSignatures === true ? signatureRefusal(judgement, asked.call) : undefined;
  if (broken !== undefined) return { ...named(world, asked, broken), signatures: judgement.count };
  spend(world, asked);
  return { name: "ok", answer: { kind: "steps", steps: replySteps(world, asked) }, signatures: judgement.count };
}

/** The events of the answer that would be given, for a fault to spoil. Counts as an answer. */
export function plannedEvents(world: World, { call, account }: Asked): readonly Event[] {
  const context = { call, account: account.label, count: nextCount(world, account) };
  return replyEvents(chooseReply(world.scenario.replies ?? [], context), context);
}

function replySteps(world: World, { call, account }: Asked): readonly Step[] {
  const context = { call, account: account.label, count: nextCount(world, account) };
  const rule = chooseReply(world.scenario.replies ?? [], context);
  return rule.big === undefined ? frame(replyEvents(rule, context), call) : bigReply(rule, context, call);
}

function nextCount(world: World, { label }: ScenarioAccount): number {
  const count = (world.replies.get(label) ?? 0) + 1;
  world.replies.set(label, count);
  return count;
}

/** What is wrong with the request itself, whoever asks. */
function refusedRequest(world: World, asked: Asked): Draft | undefined {
  const { call, account } = asked;
  const bad = world.scenario.inspectBodies === false ? undefined : badBody(call, world.scenario);
  if (bad !== undefined) return built(world, asked, "invalid-request", bad);
  if (call.backend === "vertex") {
    const refused = vertexRefusal(world, asked);
    return refused === undefined ? undefined : named(world, asked, refused);
  }
  const isSeats = call.backend === "code-assist";
  if (isSeats && call.path === "generate" && call.outer?.["project"] !== account.project) {
    return named(world, asked, call.outer?.["project"] ? "ca_403_project_consumer_invalid" : "ca_400_invalid_project");
  }
  if (call.model !== undefined && world.models.includes(call.model)) return undefined;
  return named(world, asked, isSeats ? "ca_404_not_found" : "gl_404_model");
}

/** An answer that is made for this call. */
export const built = (world: World, asked: AnybodyAsked, name: string, build: CaseBuilder): Draft => ({
  name,
  answer: build(caseContext(world, asked)),
});

function limitRefusal(world: World, asked: Asked): Draft | undefined {
  const { account, call, now } = asked;
  const model = call.model ?? "";
  const tokens = inputTokens(world, call, account);
  if (call.backend === "vertex") {
    const refused = vertexLimit(world, asked, { inputTokens: tokens, now });
    return refused === undefined ? undefined : named(world, asked, refused);
  }
  const reached = quotaOf(world, asked).reached(tokens, now);
  const limit = refuseLimits(world, { account, model, reached, now });
  return limit === undefined ? undefined : built(world, asked, limit.name, limit.build);
}

function spend(world: World, asked: Asked): void {
  const { account, call, now } = asked;
  const tokens = inputTokens(world, call, account);
  quotaOf(world, asked).spend(tokens, now);
  if (call.backend === "vertex") sharedOf(world, call).spend(tokens, now);
}

/** What a scripted answer says the request had, else as many as its body is long. */
function inputTokens(world: World, call: Call, { label }: ScenarioAccount): number {
  const rules = world.scenario.replies ?? [];
  const scripted = rules.length > 0 ? chooseReply(rules, { call, account: label, count: 0 }).usage : undefined;
  return scripted?.["promptTokenCount"] ?? countedTokens(call.body);
}

function judge(world: World, { call, account }: Asked): SignatureJudgement {
  if (world.scenario.inspectBodies === false) return NOT_JUDGED;
  const steps = call.model?.startsWith("gemini-3") ?? false;
  return judgeSignatures(contentsOf(call.inner), account.label, steps, call.backend);
}

function signatureRefusal({ count, corrupted }: SignatureJudgement, { backend }: Call): string | undefined {
  if (backend === "vertex") {
    if (corrupted || count.foreign > 0) return "vx_400_thought_signature_invalid";
    return count.missing > 0 ? "vx_400_thought_signature_missing" : undefined;
  }
  if (corrupted) return "gl_400_thought_signature_corrupted";
  if (count.foreign > 0) return "any_400_thought_signature_invalid";
  return count.missing > 0 ? "gl_400_thought_signature_missing" : undefined;
}

/** Counts tokens; spends nothing. */
export function count(world: World, asked: Asked): Draft {
  const refused = refusedRequest(world, asked);
  if (refused !== undefined) return refused;
  const totalTokens = countedTokens(JSON.stringify(contentsOf(asked.call.inner)));
  return built(world, asked, "ok", found({ totalTokens }));
}

/** The models there are. */
export function models(world: World, asked: Asked): Draft {
  const list = world.models.map((model) => ({
    name: `models/${model}`,
    displayName: model,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ["generateContent", "countTokens"],
  }));
  return built(world, asked, "ok", found({ models: list }));
}

/** What is left of a seat's day, per model. A fraction of 0 is left out, as proto3 JSON does. */
export function quota(world: World, asked: Asked): Draft {
  const buckets = world.models.map((modelId) => {
    const { limit, used, resetAt } = quotaOf(world, asked, modelId).left(asked.now);
    const left = limit === undefined ? undefined : Math.max(0, limit - used);
    const fraction = limit === undefined ? 1 : limit === 0 ? 0 : (left ?? 0) / limit;
    const remaining = fraction === 0 ? {} : { remainingFraction: fraction };
    return {
      resetTime: timestamp(resetAt - asked.now + asked.callerNow),
      tokenType: "REQUESTS",
      modelId,
      ...remaining,
      ...(left ? { remainingAmount: String(left) } : {}),
    };
  });
  return built(world, asked, "ok", found({ buckets }));
}

/** No signature was looked at in this answer. */
export const signaturesOf = (draft: Draft): SignatureCount => draft.signatures ?? NO_SIGNATURES;
