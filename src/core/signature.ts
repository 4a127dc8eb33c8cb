import type { AccountId, EpochMs } from "./account";
import type { SessionId } from "./session";

/** 64 bits of a thought signature as 16 hexadecimal digits: enough to know it again, useless to anybody else. */
export type SignatureHash = string;

/** So many signatures are kept of one account in one conversation, and of one answer. */
export const MINTED_LIMIT = 1_024;

/** The signatures that each account made in one conversation; an account's oldest go first once there are too many. */
export interface MintedSignatures {
  readonly sessionId: SessionId;
  readonly by: Readonly<Record<AccountId, readonly SignatureHash[]>>;
  readonly updatedAt: EpochMs;
}

/** A signature is encrypted, hence random: its end tells it apart as well as all of it, and costs the same whatever its length. */
const HASHED_LENGTH = 128;

/** The hash of a signature, taken as the value that it is in JSON. Made to know one again, not to withstand forgery. */
export function hashSignature(value: string): SignatureHash {
  let a = 0x9e3779b9 ^ value.length;
  let b = 0x85ebca6b ^ value.length;
  for (let at = Math.max(0, value.length - HASHED_LENGTH); at < value.length; at++) {
    const code = value.charCodeAt(at);
    a = Math.imul(((a << 5) | (a >>> 27)) ^ code, 0x9e3779b1);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ code, 0x5f356495);
  }
  return hexadecimal(mixed(a ^ (b >>> 15))) + hexadecimal(mixed(b ^ (a << 7)));
}

/** Every bit of the result depends on every bit of the lane (the finish of MurmurHash3). */
function mixed(lane: number): number {
  const half = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return whole ^ (whole >>> 16);
}

/** Digit by digit: half the time of `toString(16)` and padding, and a request may carry hundreds. */
const hexadecimal = (lane: number): string =>
  String.fromCharCode(
    digit(lane >>> 28),
    digit(lane >>> 24),
    digit(lane >>> 20),
    digit(lane >>> 16),
    digit(lane >>> 12),
    digit(lane >>> 8),
    digit(lane >>> 4),
    digit(lane),
  );

function digit(lane: number): number {
  const value = lane & 15;
  return value + (value < 10 ? 48 : 87);
}

/** Whose signatures are remembered, and when. */
export interface Minting {
  readonly sessionId: SessionId;
  readonly accountId: AccountId;
  readonly now: EpochMs;
}

/** `previous` with the new ones among `hashes` behind the account's own; the same object, or still nothing, where none is new. */
export function rememberMinted(
  previous: MintedSignatures | undefined,
  hashes: readonly SignatureHash[],
  { sessionId, accountId, now }: Minting,
): MintedSignatures | undefined {
  const known = new Set(previous?.by[accountId]);
  const all = new Set([...known, ...hashes]);
  if (all.size === known.size) return previous;
  return { sessionId, by: { ...previous?.by, [accountId]: newest([...all]) }, updatedAt: now };
}

/** The signatures of both, of each account the older ones first; of too many, the newer ones stay. */
export function joinMinted(a: MintedSignatures, b: MintedSignatures): MintedSignatures {
  const [older, newer] = isOlder(a, b) ? [a, b] : [b, a];
  const by: Record<AccountId, readonly SignatureHash[]> = {};
  for (const maker of [...new Set([...Object.keys(older.by), ...Object.keys(newer.by)])].sort()) {
    by[maker] = joined(older.by[maker] ?? [], newer.by[maker] ?? []);
  }
  return hashCount(by) === hashCount(newer.by) ? newer : { ...newer, by };
}

function joined(older: readonly SignatureHash[], newer: readonly SignatureHash[]): readonly SignatureHash[] {
  const known = new Set(newer);
  return newest([...older.filter((hash) => !known.has(hash)), ...newer]);
}

const newest = (hashes: readonly SignatureHash[]): readonly SignatureHash[] => hashes.slice(-MINTED_LIMIT);

const hashCount = (by: MintedSignatures["by"]): number =>
  Object.values(by).reduce((sum, { length }) => sum + length, 0);

/** Of two that are as old the one with more is newer: it may hold the other already. */
function isOlder(a: MintedSignatures, b: MintedSignatures): boolean {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt;
  const more = hashCount(b.by) - hashCount(a.by);
  return more === 0 ? textOf(a) <= textOf(b) : more > 0;
}

const textOf = ({ by }: MintedSignatures): string => JSON.stringify(Object.entries(by).sort());
