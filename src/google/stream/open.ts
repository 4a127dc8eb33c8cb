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
  const opening = await readOpening(source, filter);
  if (!opening) return failed(parts, filter.broken ?? { kind: "empty" });
  const { stream, ended } = guard({ ...parts, filter, opening });
  return { kind: "answered", response: hostAnswer(stream, context.headers), ended, minted: () => filter.minted() };
}

/** What is to be handed on first; undefined where the stream is no answer. */
async function readOpening(source: Source, filter: Filter): Promise<Buffer | undefined> {
  try {
    for (;;) {
      const chunk = await source.read();
      const opening = chunk ? filter.push(chunk) : filter.end();
      if (opening || !chunk || filter.broken) return opening;
    }
  } catch (error) {
    source.cancel();
    throw error;
  }
}

const isPage = (headers: Headers) => /^text\/html\b/i.test(headers.get("content-type") ?? "");

function failed({ source, context }: AnswerParts, why: Parameters<typeof failureOf>[0]): Received {
  source.cancel();
  return { kind: "failed", outcome: failureOf(why, context) };
}
