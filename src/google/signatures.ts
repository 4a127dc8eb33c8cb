import type { SignatureHash } from "../core/signature";
import type { SignaturePolicy } from "../ports/upstream";
import { hashOfRaw, signaturesIn } from "./signatures/find";
import { signMissing } from "./signatures/missing";
import { SIGNATURE_PLACEHOLDER } from "./signatures/placeholder";

export { SIGNATURE_PLACEHOLDER };

/** A call in a history, in both spellings. */
const CALL_KEYS = ['"functionCall"', '"function_call"'] as const;

/**
 * The body with its thought signatures as the policy wants them; the same string where nothing changes.
 * Only after a refusal is it parsed, and written anew where a signature is missing. Otherwise time is linear and every other
 * character stays.
 */
export function replaceSignatures(body: string, policy: SignaturePolicy): string {
  if (policy.kind === "keep") return body;
  if (policy.kind === "replace") return signMissing(replaced(body, () => true));
  return replaced(body, (raw) => !isIn(policy.hashes, hashOfRaw(raw)));
}

/** Whether the body carries a thought signature. */
export const hasSignatures = (body: string): boolean => !signaturesIn(body).next().done;

/**
 * Whether a body that was refused for its signatures may be sent otherwise: it carries some, or a call that could lack one.
 * A search; whether anything would change, only `replace` tells.
 */
export const isRepairable = (body: string): boolean =>
  hasSignatures(body) || CALL_KEYS.some((key) => body.includes(key));

/** The signatures that the body carries, each once, in order; the first `limit`, by default all. */
export function signaturesOf(body: string, limit = Number.POSITIVE_INFINITY): readonly SignatureHash[] {
  const hashes = new Set<SignatureHash>();
  for (const { start, end } of signaturesIn(body)) {
    const hash = hashOfRaw(body.slice(start, end));
    if (hash !== undefined) hashes.add(hash);
    if (hashes.size === limit) break;
  }
  return [...hashes];
}

const isIn = (known: ReadonlySet<SignatureHash>, hash: SignatureHash | undefined): boolean =>
  hash !== undefined && known.has(hash);

function replaced(body: string, isForeign: (raw: string) => boolean): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of signaturesIn(body)) {
    if (!isForeign(body.slice(start, end))) continue;
    pieces.push(body.slice(from, start), SIGNATURE_PLACEHOLDER);
    from = end;
  }
  return from === 0 ? body : pieces.join("") + body.slice(from);
}
