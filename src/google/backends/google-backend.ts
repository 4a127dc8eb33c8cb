import type { CallTraits } from "../../core/call";
import type { Backend } from "../../ports/upstream";

/** A backend that also says what it can do. */
export interface GoogleBackend extends Backend {
  /** Whether this backend has such a call at all; `encode` of another one is answered by Google with a 404. */
  supports(traits: CallTraits | undefined): boolean;
}
