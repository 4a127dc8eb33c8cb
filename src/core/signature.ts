import type { AccountId, EpochMs } from "./account";
import type { SessionId } from "./session";

/** 64 bits of a thought signature as 16 hexadecimal digits: enough to know it again, useless to anybody else. */
export type SignatureHash = string;

/** The signatures that one account made in one conversation; the oldest go first once there are too many. */
export interface MintedSignatures {
  readonly sessionId: SessionId;
  readonly accountId: AccountId;
  readonly hashes: readonly SignatureHash[];
  readonly updatedAt: EpochMs;
}

/** The signatures of both, the older ones first. */
export function joinMinted(a: MintedSignatures, b: MintedSignatures): MintedSignatures {
  const [older, newer] = isOlder(a, b) ? [a, b] : [b, a];
  const hashes = [...new Set([...older.hashes, ...newer.hashes])];
  return hashes.length === newer.hashes.length ? newer : { ...newer, hashes };
}

const isOlder = (a: MintedSignatures, b: MintedSignatures): boolean =>
  a.updatedAt === b.updatedAt ? a.hashes.join() <= b.hashes.join() : a.updatedAt < b.updatedAt;

/** The key of what one account made in one conversation. */
export const mintedKey = (sessionId: SessionId, accountId: AccountId): string => `${sessionId} ${accountId}`;
