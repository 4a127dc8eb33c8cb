/** A tier that a person may not have, as Google says it. */
export interface IneligibleRule {
  readonly reasonCode: string;
  readonly reasonMessage?: string;
  readonly validationUrl?: string;
}

/** What Code Assist says of a person. Without it: a licensed seat, set up, in the account's project. */
export interface SeatRule {
  /** Default `standard-tier`. Only `free-tier` needs no project of one's own. */
  readonly tier?: string;
  /** What was paid for beside it, such as `g1-pro-tier`. */
  readonly paidTier?: string;
  /** So many questions about the operation before the seat is set up, 0: at once. Where it is missing the seat has been there for long. */
  readonly onboardPolls?: number;
  /** Google names no project: the person has to. */
  readonly withoutProject?: boolean;
  /** The project comes as an object. */
  readonly projectAsObject?: boolean;
  /** Why the person may not have the free tier; there is no current tier then unless a project was named and the seat set up. */
  readonly ineligible?: readonly IneligibleRule[];
  /** VPC Service Controls refuse the lookup. */
  readonly behindPerimeter?: boolean;
}
