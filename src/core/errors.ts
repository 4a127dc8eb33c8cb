/** Stable codes: programs may rely on them. */
export type PoolErrorCode =
  | "store/locked"
  | "store/corrupt"
  | "store/newer"
  | "store/unreadable"
  | "store/unwritable"
  | "input/invalid"
  | "auth/failed"
  | "network";

/** An error of ours. `message` names the place and the next step, and holds no secret. */
export class PoolError extends Error {
  override readonly name = "PoolError";
  constructor(
    readonly code: PoolErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
