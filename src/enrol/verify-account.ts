import type { Account } from "../core/account";
import { isCooling } from "../core/cooldown";
import type { ApiKeyCredential } from "../core/credential";
import { withIdentity } from "../core/identity";
import type { Outcome } from "../core/outcome";
import { quotaScopeOf } from "../core/scope";
import type { AccountEntry } from "../ports/account-store";
import type { AccountProbe } from "../ports/login";
import type { KeyProbe } from "../ports/upstream";
import { firstCall } from "./first-call";
import { hidden, judge } from "./key-verdict";
import { parkRefused } from "./park-refused";
import { outcomeWords } from "./seat-words";
import { unpark } from "./store-account";
import { probeInTime } from "./timed-probe";
import { type SeatVerified, type VerifySeatParts, verifyAgain } from "./verify-seat";

/** What looking at an account again needs. */
export interface VerifyParts extends VerifySeatParts {
  readonly keyProbe: KeyProbe;
  readonly accountProbe: AccountProbe;
}

/** What one call says of an account that is there; as of a seat. */
export type Verified = SeatVerified;

/**
 * "I have verified": asks Google once, at no cost in quota, whether an account works, and lets it be used again if it does.
 * One that Google refuses for good is parked as after a request; an unclear answer changes nothing. Never throws.
 */
export async function verifyAccount(entry: AccountEntry, parts: VerifyParts): Promise<Verified> {
  const { account, credential } = entry;
  if (credential.kind === "api-key") return verifyKey({ account, credential }, parts);
  return account.backend === "code-assist" ? verifyAgain(account.id, parts) : verifyToken(entry, parts);
}

type KeyEntry = AccountEntry & { readonly credential: ApiKeyCredential };

async function verifyKey(entry: KeyEntry, parts: VerifyParts): Promise<Verified> {
  const { account, credential } = entry;
  const { key } = credential;
  const { keyProbe: probe, clock, signal } = parts;
  const { backend } = account;
  const how = { probe, clock, ...(signal ? { signal } : {}), ...(backend === "vertex" ? { backend } : {}) };
  const probed = await probeInTime(key, how);
  const { verdict } = judge(probed, key);
  if (verdict === "works" || probed.kind === "valid") return works(account, parts);
  const { outcome } = probed;
  parkRefused(entry, "sentence" in outcome ? { ...outcome, sentence: hidden(outcome.sentence, key) } : outcome, parts);
  return said(account, verdict === "refused" ? "waits" : "unchecked", hidden(outcomeWords(outcome), key));
}

/** As in a request, a token that Google does not take is renewed once: what is wrong may be the login behind it. */
async function verifyToken(entry: AccountEntry, parts: VerifyParts, isRenewed = false): Promise<Verified> {
  const { account, credential } = entry;
  const { tokens, accountProbe: probe, clock, signal } = parts;
  const token = await tokens.access(account, credential, signal);
  if (token.kind === "failed") {
    parkRefused(entry, token.outcome, parts);
    return said(account, isPersons(token.outcome) ? "waits" : "unchecked", outcomeWords(token.outcome));
  }
  const first = await firstCall(account, token.access, { probe, clock, signal });
  if (first.verdict === "works") return works(account, parts);
  if (first.outcome?.kind === "unauthorized" && !isRenewed) {
    tokens.invalidate(account, token.access);
    return verifyToken(entry, parts, true);
  }
  if (first.outcome !== undefined) parkRefused(entry, first.outcome, parts);
  const words = first.sentence || "Google could not be asked.";
  return said(account, first.verdict === "refused" ? "waits" : "unchecked", words.replace(/^But its/, "its"));
}

/** Only a person can end it. */
const isPersons = ({ kind }: Outcome): boolean => kind === "parked" || kind === "banned" || kind === "unauthorized";

function works(account: Account, parts: VerifyParts): Verified {
  const wasParked = parts.state.current().parked.has(account.id);
  unpark(account.id, parts);
  const pause = isPausing(account, parts) ? " It still pauses for a while: see gemini-pool status." : "";
  return { kind: "works", sentence: `${account.label} works${wasParked ? " again" : ""}.${pause}` };
}

/** A question that costs no quota ends no pause. */
function isPausing(account: Account, { state, clock }: VerifyParts): boolean {
  const [known, now] = [state.current(), clock.now()];
  const quotaScope = quotaScopeOf(withIdentity(account, known));
  return [...known.cooldowns.values()].some((cooldown) => {
    if (!isCooling(cooldown, now)) return false;
    const { scope } = cooldown;
    if (scope.kind === "account") return scope.accountId === account.id;
    return scope.kind === "quota" && scope.quotaScope === quotaScope;
  });
}

const said = ({ label }: Account, kind: "waits" | "unchecked", words: string): Verified => ({
  kind,
  sentence: `${label} ${kind === "waits" ? "still cannot be used" : "could not be checked"}: ${words}`,
});
