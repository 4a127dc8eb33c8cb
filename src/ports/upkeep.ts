import type { Finding, Restored } from "../core/finding";

/** Looks after the user's files on the disk. */
export interface Upkeep {
  /** What there is to say about them now. Leaves everything as it was and never throws. */
  inspect(): readonly Finding[];
  /**
   * Puts one finding right, under the lock where others may write meanwhile; what cannot be put right stays.
   * Tells what a restore brought back. Throws PoolError that says why it could not be done.
   */
  mend(finding: Finding): Promise<Restored | undefined>;
}
