import type { BackendName, DurationMs } from "../core/account";
import type { CallPath } from "./scenario";

/** A request as it came in. Header names are in lower case; `target` is path and query. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One thing the connection does. `times` repeats the same bytes; `hold` is silence until the caller leaves or the time is over. */
export type Step =
  | { readonly send: string | Uint8Array; readonly times?: number }
  | { readonly pauseMs: DurationMs }
  | { readonly holdMs: DurationMs }
  | { readonly cut: true };

/** How the thought signatures of a request's history were judged. */
export interface SignatureCount {
  readonly own: number;
  readonly foreign: number;
  readonly placeholder: number;
  readonly missing: number;
}

/** An answer with everything a server must do to give it. `status` 0: no head is sent at all. */
export interface Answer {
  /** The named case, the named fault, or `ok`. */
  readonly name: string;
  readonly path: CallPath | "unknown";
  readonly backend: BackendName | "oauth" | undefined;
  readonly model: string | undefined;
  /** Label of the account that was recognised. */
  readonly account: string | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly signatures: SignatureCount;
}

export const NO_SIGNATURES: SignatureCount = { own: 0, foreign: 0, placeholder: 0, missing: 0 };
