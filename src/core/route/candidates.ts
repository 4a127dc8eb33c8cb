import type { CallTraits } from "../call";

/** One thing a request may be answered by: a model, and later a set of accounts under a condition. */
export interface Candidate {
  readonly model: string;
}

/** The candidates of a call in the order they are tried; without a route that is the model itself, with all accounts. */
export const candidatesFor = (call: CallTraits): readonly [Candidate, ...Candidate[]] => [{ model: call.model }];
