import type { EpochMs } from "../core/account";
import type { Outcome } from "../core/outcome";
import type { MinuteBefore } from "../core/quota/lesson";
import type { Because } from "../core/rotation/because";
import type { SignatureHash } from "../core/signature";
import type { AccountEntry } from "../ports/account-store";
import type { SignaturePolicy } from "../ports/upstream";
import type { HeldCall } from "./load";

/** How far an attempt came: its login failed, it never arrived, or Google had it. */
export type Reach = "login" | "way" | "google";

/** One account in use by one request: in flight from the pick until the last byte of the answer. */
export interface Lease {
  readonly entry: AccountEntry;
  /** Why this account. */
  readonly because: Because;
  readonly pickedAt: EpochMs;
  readonly onBoundAccount: boolean;
  /** What this account may be shown of the conversation's thought signatures. */
  readonly signatures: SignaturePolicy;
  /** Another attempt goes out: it counts like the first. */
  sending(): void;
  /** The first output of a good answer is there: the conversation lives here from now on. `isForeign`: signatures had to be replaced in it. */
  answered(isForeign: boolean): void;
  /** These signatures went out to the host. */
  minted(hashes: readonly SignatureHash[]): void;
  /** Teaches the pool what an attempt came to; the lease goes on, for another attempt on the same account. */
  learn(outcome: Outcome, reach: Reach): void;
  /** Ends the lease. The second and later calls do nothing. */
  release(): void;
}

/** What a lease does beside its counting. */
export interface LeaseParts extends Pick<Lease, "entry" | "because" | "pickedAt" | "onBoundAccount" | "signatures"> {
  /** Counts the call; a lease begins with one. */
  readonly hold: () => HeldCall;
  readonly onSending: () => void;
  /** Ends its claim to be the one that finds out whether a pause still holds. */
  readonly letClaimsGo: () => void;
  readonly onAnswered: (isForeign: boolean, before: MinuteBefore | undefined) => void;
  readonly onMinted: (hashes: readonly SignatureHash[]) => void;
  readonly onLearn: (outcome: Outcome, reach: Reach, before: MinuteBefore | undefined) => void;
  /** An answer that had begun ended so. */
  readonly onEnded: (outcome: Outcome) => void;
  readonly onRelease: () => void;
}

/** Google does not count what it refuses before it begins to work on it. */
const UNCOUNTED: ReadonlySet<Outcome["kind"]> = new Set<Outcome["kind"]>([
  "limited",
  "capacity",
  "unauthorized",
  "parked",
  "banned",
  "denied",
  "egress",
]);

/** A lease that counts each attempt once and releases once. */
export function createLease(parts: LeaseParts): Lease {
  const { entry, because, pickedAt, onBoundAccount, signatures } = parts;
  let held: HeldCall | undefined = parts.hold();
  let isSent = false;
  let hasAnswered = false;
  let released = false;
  const settle = (outcome: Outcome, reach: Reach) => {
    if (reach === "login" || UNCOUNTED.has(outcome.kind)) held?.cancel();
    else held?.settle("usage" in outcome ? outcome.usage?.inputTokens : undefined);
    held = undefined;
  };
  return {
    entry,
    because,
    pickedAt,
    onBoundAccount,
    signatures,
    sending() {
      isSent = true;
      parts.onSending();
      held ??= parts.hold();
    },
    answered(isForeign) {
      hasAnswered = true;
      parts.letClaimsGo();
      parts.onAnswered(isForeign, held?.before);
    },
    minted: parts.onMinted,
    learn(outcome, reach) {
      const before = held?.before;
      settle(outcome, reach);
      parts.onLearn(outcome, reach, before);
      if (hasAnswered) parts.onEnded(outcome);
      parts.letClaimsGo();
    },
    release() {
      if (released) return;
      released = true;
      if (isSent) held?.settle(undefined);
      else held?.cancel();
      parts.letClaimsGo();
      parts.onRelease();
    },
  };
}
