import type { DurationMs } from "../../core/account";
import type { Outcome } from "../../core/outcome";
import type { Clock } from "../../ports/world";
import { classify } from "../errors/classify";
import { asNumber, asRecord, asText, type Loose } from "../errors/loose";
import type { InternalAnswer, InternalApi } from "./internal-call";
import { STILL_SETTING_UP } from "./seat-words";

/** The end of a long-running operation: its response, or why there is none. */
export type OperationEnd =
  | { readonly kind: "done"; readonly response: Loose }
  | { readonly kind: "failed"; readonly outcome: Outcome };

interface Waiting {
  readonly api: InternalApi;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** As often as Google's own client asks. */
const PAUSE_MS: DurationMs = 5_000;
const LIMIT_MS: DurationMs = 120_000;

/** A name is put behind the endpoint: it must not lead anywhere else. */
const NAME = /^operations\/[\w.-]{1,200}$/;

const TOO_LONG: OperationEnd = {
  kind: "failed",
  outcome: { kind: "transient", cause: "server", status: 0, sentence: STILL_SETTING_UP },
};

/** Operations carry the codes of google/rpc/code.proto, refusals those of HTTP. */
const HTTP_OF: ReadonlyMap<number, number> = new Map([
  [3, 400],
  [5, 404],
  [7, 403],
  [8, 429],
  [9, 400],
  [14, 503],
  [16, 401],
]);

function refusedOperation(error: Loose, now: number): OperationEnd {
  const status = HTTP_OF.get(asNumber(error["code"]) ?? 0) ?? 500;
  const body = JSON.stringify({ error: { ...error, code: status } });
  return {
    kind: "failed",
    outcome: classify({ backend: "code-assist", status, headers: new Headers(), body, now }),
  };
}

/** What an operation says now; undefined while it runs. */
function endOf(operation: Loose, now: number): OperationEnd | undefined {
  if (operation["done"] !== true) return undefined;
  const error = asRecord(operation["error"]);
  return error ? refusedOperation(error, now) : { kind: "done", response: asRecord(operation["response"]) ?? {} };
}

/** A server that stumbles while it works has not said no. */
const isPassing = ({ kind }: Outcome): boolean => kind === "transient" || kind === "limited" || kind === "capacity";

const pause = ({ clock, signal }: Waiting): Promise<boolean> =>
  clock.sleep(PAUSE_MS, signal).then(
    () => true,
    () => false,
  );

/**
 * Waits for the end of an operation, asking every 5 s for 2 min at most. Stumbles of the server on the way are passed over.
 * An operation without a name that can be asked for cannot be waited for.
 */
export async function awaitOperation(first: InternalAnswer, waiting: Waiting): Promise<OperationEnd> {
  const { api, clock } = waiting;
  const deadline = clock.now() + LIMIT_MS;
  if (first.kind === "failed") return first;
  const name = asText(first.body["name"]) ?? "";
  let latest: InternalAnswer = first;
  for (;;) {
    if (latest.kind === "failed" && !isPassing(latest.outcome)) return latest;
    const end = latest.kind === "said" ? endOf(latest.body, clock.now()) : undefined;
    if (end) return end;
    if (!NAME.test(name) || name.includes("..") || clock.now() + PAUSE_MS > deadline) return TOO_LONG;
    if (!(await pause(waiting))) return { kind: "failed", outcome: { kind: "aborted" } };
    latest = await api.get(name);
  }
}
