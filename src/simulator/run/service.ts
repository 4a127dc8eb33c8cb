import type { EpochMs } from "../../core/account";
import type { SimulatedAccount } from "./accounts";
import type { Turn } from "./turn";

/** What a caller gets. `ended`: the answer has been read to its end. */
export type Answered =
  | { readonly kind: "answered"; readonly account: SimulatedAccount; readonly ended: Promise<unknown> }
  /** 429 or 503 with a time: opencode waits until then and asks again. */
  | { readonly kind: "later"; readonly until: EpochMs }
  /** A failure without a time: opencode waits 2, 4, 8, 16 and 32 s. */
  | { readonly kind: "soon" }
  /** 400: opencode shows it and stops. `forGood`: nobody but a person can change that. */
  | { readonly kind: "stop"; readonly forGood: boolean };

/** Whoever answers the callers of a simulation: the pool, or a client that knows everything. */
export type Service = (turn: Turn) => Promise<Answered>;
