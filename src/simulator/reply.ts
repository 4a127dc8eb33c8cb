import type { Call } from "./call";
import type { ReplyCondition, ReplyPart, ReplyRule } from "./scenario";
import { mintSignature, partsOf } from "./signatures";
import type { Json } from "./wire";

/** What an answer is made of. `count` is the number of the account's generate call, from 1. */
export interface ReplyContext {
  readonly call: Call;
  readonly account: string;
  readonly count: number;
}

/** The first scripted answer that fits the request, or the default: a sentence that names the account. */
export function chooseReply(rules: readonly ReplyRule[], context: ReplyContext): ReplyRule {
  const contents = contentsOf(context.call.inner);
  return (
    rules.find(({ when = {} }) => holds(when, context, contents)) ?? {
      parts: [{ text: `Hello from ${context.account} (call ${context.count}).` }],
    }
  );
}

/** The contents of a request, whatever it is. */
export const contentsOf = (inner: Json | undefined): readonly Json[] =>
  Array.isArray(inner?.["contents"]) ? (inner["contents"] as Json[]) : [];

function holds(when: ReplyCondition, { call, account }: ReplyContext, contents: readonly Json[]): boolean {
  if (when.account !== undefined && when.account !== account) return false;
  if (when.model !== undefined && when.model !== call.model) return false;
  if (when.lastUserTextIncludes !== undefined && !lastUserText(contents).includes(when.lastUserTextIncludes))
    return false;
  if (when.hasFunctionResponse !== undefined && when.hasFunctionResponse !== endsWithFunctionResponse(contents))
    return false;
  return when.toolsInclude === undefined || toolNames(call.inner).includes(when.toolsInclude);
}

function lastUserText(contents: readonly Json[]): string {
  const said = contents.findLast(
    (content) => content["role"] === "user" && partsOf(content).some((part) => typeof part["text"] === "string"),
  );
  return said === undefined
    ? ""
    : partsOf(said)
        .map((part) => part["text"] ?? "")
        .join("\n");
}

const endsWithFunctionResponse = (contents: readonly Json[]) =>
  partsOf(contents.at(-1) ?? {}).some((part) => "functionResponse" in part);

function toolNames(inner: Json | undefined): readonly unknown[] {
  const tools = Array.isArray(inner?.["tools"]) ? (inner["tools"] as Json[]) : [];
  return tools
    .flatMap((tool) => (Array.isArray(tool["functionDeclarations"]) ? (tool["functionDeclarations"] as Json[]) : []))
    .map(({ name }) => name);
}

/** The events of an answer: texts split, calls whole with a signature on the first, finish and usage on the last. */
export function replyEvents(rule: ReplyRule, context: ReplyContext): readonly Json[] {
  const parts = rule.parts ?? [];
  const firstCall = parts.findIndex((part) => part.functionCall !== undefined);
  const pieces = parts.flatMap((part, index) =>
    piecesOf(part, rule.events ?? 2, index === firstCall ? mintSignature(context.account, context.count) : undefined),
  );
  const shown: readonly Json[] = pieces.length > 0 ? pieces : [{ text: "" }];
  return shown.map((piece, index) => eventOf({ piece, last: index === shown.length - 1, rule, context }));
}

function piecesOf(part: ReplyPart, events: number, signature: string | undefined): readonly Json[] {
  if (part.functionCall !== undefined)
    return [{ functionCall: part.functionCall, ...(signature === undefined ? {} : { thoughtSignature: signature }) }];
  const thought = part.thought === true ? { thought: true } : {};
  return splitText(part.text ?? "", events).map((text) => ({ text, ...thought }));
}

/** Cuts between characters as a person sees them, so that every piece is well-formed. */
function splitText(text: string, events: number): readonly string[] {
  const characters = [...text];
  const size = Math.max(1, Math.ceil(characters.length / Math.max(1, events)));
  const starts = Array.from({ length: Math.max(1, Math.ceil(characters.length / size)) }, (_, index) => index * size);
  return starts.map((start) => characters.slice(start, start + size).join(""));
}

interface EventOptions {
  readonly piece: Json;
  readonly last: boolean;
  readonly rule: ReplyRule;
  readonly context: ReplyContext;
}

function eventOf({ piece, last, rule, context }: EventOptions): Json {
  const finish = last ? { finishReason: rule.finishReason ?? "STOP" } : {};
  const input = countedTokens(context.call.body);
  return {
    candidates: [{ content: { parts: [piece], role: "model" }, ...finish, index: 0 }],
    usageMetadata: usageAt(last, { rule, input, backend: context.call.backend }),
    modelVersion: context.call.model,
    responseId: `example-${context.account}-${context.count}`,
  };
}

/** Vertex AI counts on the last event alone, and says on each how it was paid for. */
function usageAt(last: boolean, { rule, input, backend }: { rule: ReplyRule; input: number; backend: string }): Json {
  if (backend === "vertex") return { ...(last ? usageOf(rule, input) : {}), trafficType: "ON_DEMAND" };
  return last ? usageOf(rule, input) : { promptTokenCount: input, totalTokenCount: input };
}

function usageOf(rule: ReplyRule, promptTokenCount: number): Json {
  const candidatesTokenCount = countedTokens(JSON.stringify(rule.parts ?? []));
  const counted = { promptTokenCount, candidatesTokenCount, totalTokenCount: promptTokenCount + candidatesTokenCount };
  return { ...counted, promptTokensDetails: [{ modality: "TEXT", tokenCount: promptTokenCount }], ...rule.usage };
}

/** Four characters to a token: near enough for a counter. */
export const countedTokens = (text: string): number => Math.max(1, Math.ceil(text.length / 4));
