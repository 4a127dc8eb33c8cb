import { PoolError } from "../core/errors";
import type { Outcome } from "../core/outcome";
import type { Fetch } from "../ports/world";

/** A whole small answer, or why there is none. `outcome` is the caller's abort or a failure of the network. */
export type SmallAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly headers: Headers; readonly body: string }
  | { readonly kind: "failed"; readonly outcome: Outcome };

/** One small call. */
export interface SmallCall {
  readonly fetch: Fetch;
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal | undefined;
}

const LONGEST_BODY = 65_536;

const NO_NETWORK = "The network, a proxy or DNS failed.";
const TOO_SLOW = "Google did not answer in time.";

/**
 * What a throw of fetch means: the caller's abort is nobody's failure, the caller's time limit is the network's, and what this
 * program itself says against the call is the machine's.
 */
export function networkFailure(signal: AbortSignal | undefined, error?: unknown): Outcome {
  if (error instanceof PoolError) return { kind: "machine", status: 0, sentence: error.message };
  if (!signal?.aborted) return { kind: "transient", cause: "network", status: 0, sentence: NO_NETWORK };
  const late = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
  return late ? { kind: "transient", cause: "network", status: 0, sentence: TOO_SLOW } : { kind: "aborted" };
}

/** The first 64 KiB of a body; the rest is not read. Rejects where the connection fails. */
export async function readSmall(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  while (bytes < LONGEST_BODY) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    const piece = value.subarray(0, LONGEST_BODY - bytes);
    bytes += piece.length;
    text += decoder.decode(piece, { stream: true });
  }
  // The answer is complete enough for us; a connection that fails while it is given up changes nothing.
  reader.cancel().catch(() => undefined);
  return text;
}

/**
 * Sends one call and reads its answer. Never throws, never repeats. A redirect is not followed:
 * it could carry the key or token to another host.
 */
export async function callSmall({ fetch: send, url, method, headers, body, signal }: SmallCall): Promise<SmallAnswer> {
  if (signal?.aborted) return { kind: "failed", outcome: networkFailure(signal) };
  try {
    const response = await send(url, {
      method,
      headers,
      redirect: "manual",
      timeout: false,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { kind: "answer", status: response.status, headers: response.headers, body: await readSmall(response) };
  } catch (error) {
    return { kind: "failed", outcome: networkFailure(signal, error) };
  }
}
