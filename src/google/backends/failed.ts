import { PoolError } from "../../core/errors";
import type { Outcome } from "../../core/outcome";

/** What a throw of fetch says, by its code or name; the first that fits. No address: it may hold what is private. */
const CAUSES: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/refused/i, "the connection was refused"],
  [/notfound|eai_again|dns/i, "the name of the host was not found"],
  [/timeout|timedout/i, "the connection timed out"],
  [/reset|closed|epipe|terminated/i, "the connection was cut"],
  [/cert|tls|ssl|self_?signed|issuer/i, "the certificate of the host was not accepted"],
  [/unreach|enetdown|failedtoopensocket|unabletoconnect/i, "the host could not be reached"],
];

/** What it means that fetch threw: the caller gave up, or the network failed. */
export function failedFetch(error: unknown, signal: AbortSignal | undefined): Outcome {
  if (error instanceof PoolError) return { kind: "machine", status: 0, sentence: error.message };
  const { name, code } = labels(error);
  if (signal?.aborted || name === "AbortError") return { kind: "aborted" };
  const words = CAUSES.find(([pattern]) => pattern.test(`${name} ${code}`))?.[1] ?? "no answer came";
  return {
    kind: "transient",
    cause: "network",
    status: 0,
    sentence: `The network failed on the way to Google: ${words}.`,
  };
}

/** Some runtimes wrap what happened: the cause then knows the code. */
function labels(error: unknown): { name: string; code: string } {
  if (!(error instanceof Error)) return { name: "", code: "" };
  const inner = error.cause instanceof Error ? error.cause : error;
  return { name: error.name, code: "code" in inner ? String(inner.code) : "" };
}
