import type { TokenUsage } from "../../core/outcome";
import { Frames } from "./frames";
import { payloadOf } from "./payload";
import { asObject, parsed } from "./reading";
import { hasUsage } from "./scan";

/** Google's count of tokens in a parsed answer; what it leaves out is 0. `candidatesTokenCount` holds no thoughts. */
export function usageOf(value: unknown): TokenUsage | undefined {
  const counts = asObject(asObject(value)?.["usageMetadata"]);
  if (!counts) return undefined;
  const count = (key: string) => {
    const found = counts[key];
    return typeof found === "number" && found > 0 ? found : 0;
  };
  return {
    inputTokens: count("promptTokenCount"),
    outputTokens: count("candidatesTokenCount"),
    cachedTokens: count("cachedContentTokenCount"),
    thoughtTokens: count("thoughtsTokenCount"),
  };
}

/** Remembers where the last usage figures came by, and parses nothing but that, once, at the end. */
export class UsageTrace {
  #kept: { readonly before: readonly Buffer[]; readonly chunk: Buffer } | undefined;
  /** The event that is not whole yet holds figures. */
  #pending = false;

  /** `before`: the parts of the event that was open when `chunk` came. `rest`: those that are open behind it. */
  saw(seen: { usage: boolean; completed: boolean; before: readonly Buffer[]; chunk: Buffer; rest: readonly Buffer[] }) {
    const { usage, completed, before, chunk, rest } = seen;
    const here = usage || this.#pending;
    if (here && completed) this.#kept = { before, chunk };
    this.#pending = completed ? usage && rest.some(hasUsage) : here;
  }

  /** `pieces` of whole events went to the host, unwrapped. */
  wrote(pieces: readonly Buffer[]) {
    const last = pieces.findLast(hasUsage);
    if (last) this.#kept = { before: [], chunk: last };
  }

  /** The last figures; undefined where none were whole. */
  last(): TokenUsage | undefined {
    if (!this.#kept) return undefined;
    let found: TokenUsage | undefined;
    new Frames().push(Buffer.concat([...this.#kept.before, this.#kept.chunk]), (bytes, start, end, lineCount) => {
      const payload = payloadOf(bytes, start, end, lineCount);
      const text = payload?.bytes.toString("utf8", payload.start, payload.end);
      if (text?.includes('"usageMetadata"')) found = usageOf(parsed(text)) ?? found;
    });
    return found;
  }
}
