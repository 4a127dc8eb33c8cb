import type { DurationMs } from "../core/account";
import { assess } from "../core/rotation/assess";
import type { AccountEntry } from "../ports/account-store";
import type { TokenSource } from "../ports/upstream";
import type { Look } from "./look";
import type { QuotaWatch } from "./quota-watch";

/** Shorter pauses are simply waited for. */
const LONG_MS: DurationMs = 600_000;

interface RecheckParts {
  readonly tokens: TokenSource;
  readonly quotas: QuotaWatch;
}

/** Seats that pause for long because Google said so: their quota can be read meanwhile. */
export const restingIn = (look: Look): readonly AccountEntry[] =>
  look.entrants.flatMap((entrant) => {
    if (entrant.account.backend !== "code-assist") return [];
    const is = assess(entrant, look);
    const rests = is.kind === "cooling" && is.cooldown.source === "server" && is.cooldown.until - look.now > LONG_MS;
    return rests ? [entrant.entry] : [];
  });

/**
 * Nobody can answer: reads in the background what is left of the seats that rest, since a newer reading that says otherwise
 * earns one of them a probe (`core/health/probe`). Nobody waits for it, and its failures are nobody's.
 */
export async function recheck(entries: readonly AccountEntry[], { tokens, quotas }: RecheckParts): Promise<void> {
  for (const entry of entries) {
    if (!quotas.isDue(entry)) continue;
    // A login that fails here is told to whoever needs it: the next request that would use the account.
    const result = await tokens.access(entry.account, entry.credential).catch(() => undefined);
    if (result?.kind === "access") await quotas.used(entry, result.access);
    else quotas.missed(entry);
  }
}
