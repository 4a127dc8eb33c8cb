import type { Failure } from "../core/outcome";
import type { Refusal } from "../core/refusal";

/** What the pool gives back; the face turns the last two into what its host understands. */
export type Reply =
  | { readonly kind: "answered"; readonly response: Response }
  /** The request itself is at fault: Google's own words go back. */
  | { readonly kind: "rejected"; readonly outcome: Failure }
  | { readonly kind: "refused"; readonly refusal: Refusal };
