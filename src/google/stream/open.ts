import type { Received } from "../../ports/upstream";
import { hostAnswer } from "./answer";
import { type AnswerContext, failureOf } from "./failure";
import { Filter } from "./filter";
import type { Framing } from "./framing";
import { guard } from "./guard";
import type { Source } from "./source";

export interface AnswerParts {
  readonly source: Source;
  readonly framing: Framing;
  readonly context: AnswerContext;
  readonly signal: AbortSignal | undefined;
}

/** Reads a stream until it is known to be an answer: its first output or its finish. Rejects as the source does. */
export async function openStream(parts: AnswerParts): Promise<Received> {
  const { source, framing, context } = parts;
  if (isPage(context.headers)) return failed(parts, { kind: "garbled" });
  const filter = new Filter(framing);
  let opening: Buffer | undefined;
  let chunk: Buffer | undefined;
  do {
    chunk = await source.read();
    opening = chunk ? filter.push(chunk) : filter.end();
  } while (chunk && !opening && !filter.broken);
  if (!opening) return failed(parts, filter.broken ?? { kind: "empty" });
  const { stream, ended } = guard({ ...parts, filter, opening });
  return { kind: "answered", response: hostAnswer(stream, context.headers), ended };
}

const isPage = (headers: Headers) => /^text\/html\b/i.test(headers.get("content-type") ?? "");

function failed({ source, context }: AnswerParts, why: Parameters<typeof failureOf>[0]): Received {
  source.cancel();
  return { kind: "failed", outcome: failureOf(why, context) };
}
