import type { StateChange } from "../src/core/state";
import type { StateStore } from "../src/ports/state-store";
import { aBinding, aUsage } from "../test/support/builders";

const HOUR = 3_600_000;

/** Heavy use: so many accounts, models and days with a call in every hour, and as many conversations as are kept. */
export const HEAVY = { accounts: 50, models: 8, days: 90, bindings: 10_000, signatures: 500, signaturesEach: 100 };

/** Ninety days of heavy use, written by the store itself, which is closed then. */
export function buildHeavy(state: StateStore): void {
  state.current();
  const now = Date.now();
  const hex = (seed: number) => (seed * 2_654_435_761).toString(16).padStart(16, "0").slice(-16);
  const changes: StateChange[] = [];
  for (let n = 0; n < HEAVY.bindings; n++) {
    const boundAt = now - (n % 160) * HOUR;
    const accountId = `account-${n % HEAVY.accounts}`;
    const binding = aBinding({ sessionId: `ses-old-${n}`, accountId, boundAt, lastAnswerAt: boundAt });
    changes.push({ type: "binding.set", binding });
  }
  for (let n = 0; n < HEAVY.signatures; n++) {
    const by = {
      [`account-${n % HEAVY.accounts}`]: Array.from({ length: HEAVY.signaturesEach }, (_, k) => hex(n * 997 + k)),
    };
    changes.push({ type: "signatures.minted", minted: { sessionId: `ses-old-${n}`, by, updatedAt: now - n * 1_000 } });
  }
  state.apply(changes);
  const thisHour = Math.floor(now / HOUR) * HOUR;
  for (let hour = 1; hour < HEAVY.days * 24; hour++) {
    const hourAt = thisHour - hour * HOUR;
    const usages: StateChange[] = [];
    for (let n = 0; n < HEAVY.accounts * HEAVY.models; n++) {
      const accountId = `account-${n % HEAVY.accounts}`;
      const model = `model-${Math.floor(n / HEAVY.accounts)}`;
      usages.push({ type: "usage.added", usage: aUsage({ accountId, model, hourAt }) });
    }
    state.apply(usages);
    if (hour % 24 === 0) state.flush();
  }
  state.close();
}
