import type { BackendName, EpochMs } from "../../core/account";
import type { AnswerChanges } from "../scenario";
import type { Json } from "../wire";

/** What a named answer may speak of. */
export interface CaseContext {
  readonly backend: BackendName | "oauth";
  readonly model: string;
  readonly method: string;
  readonly project: string;
  readonly projectNumber: string;
  /** Of Vertex AI; default `us-central1`. */
  readonly location?: string;
  readonly now: EpochMs;
  readonly changes: AnswerChanges;
}

/** A named answer before it is framed. `events` are unwrapped; an event may be raw text that is sent as it is. */
export type CaseAnswer =
  | { readonly kind: "json"; readonly status: number; readonly body: unknown }
  | { readonly kind: "html"; readonly status: number; readonly text: string }
  | { readonly kind: "events"; readonly events: readonly (Json | string)[] };

export type CaseBuilder = (context: CaseContext) => CaseAnswer;

/** Named answers, each built for the call that gets it. */
export type CaseTable = Readonly<Record<string, CaseBuilder>>;

interface RefusalOptions {
  readonly details?: readonly Json[];
  /** Reason of the older `errors` list that some answers carry beside the newer details. */
  readonly legacy?: string;
  readonly arrayWrapped?: boolean;
}

/** A refusal in Google's common shape. `changes.message` and `changes.arrayWrapped` win. */
export function refusal(code: number, status: string, message: string, options: RefusalOptions = {}): CaseBuilder {
  return ({ changes }) => {
    const said = changes.message ?? message;
    const error = {
      code,
      message: said,
      ...(options.legacy === undefined
        ? {}
        : { errors: [{ message: said, domain: "global", reason: options.legacy }] }),
      status,
      ...(options.details === undefined ? {} : { details: options.details }),
    };
    const wrapped = changes.arrayWrapped ?? options.arrayWrapped ?? false;
    return { kind: "json", status: code, body: wrapped ? [{ error }] : { error } };
  };
}

/** A refusal whose words depend on the call. */
export const refusalFor =
  (build: (context: CaseContext) => CaseBuilder): CaseBuilder =>
  (context) =>
    build(context)(context);

/** A body that is not an error. */
export const found =
  (body: unknown, status = 200): CaseBuilder =>
  () => ({ kind: "json", status, body });
