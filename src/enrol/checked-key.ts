import type { KeyFault } from "../ports/upstream";
import { GIVEN_UP_WORDS } from "./given-up";
import { hidden, judge } from "./key-verdict";
import { probeInTime, type TimedProbe } from "./timed-probe";

/** What Google says of a key that is to be stored. `note`: what the probe had to say besides yes. */
export type KeyCheck =
  | { readonly kind: "checked"; readonly works: boolean; readonly note: string }
  | { readonly kind: "refused"; readonly sentence: string; readonly fault?: KeyFault }
  | { readonly kind: "unchecked" | "aborted"; readonly sentence: string };

/** Asks Google about a key; with `force` one that could not be checked passes, one that was refused never. Never throws. */
export async function checkKey(key: string, force: boolean, how: TimedProbe): Promise<KeyCheck> {
  const probed = await probeInTime(key, how);
  const { verdict, sentence } = judge(probed, key);
  switch (verdict) {
    case "aborted":
      return { kind: "aborted", sentence: GIVEN_UP_WORDS };
    case "refused": {
      const fault = probed.kind === "refused" ? probed.fault : undefined;
      return fault === undefined ? { kind: "refused", sentence } : { kind: "refused", sentence, fault };
    }
    case "unknown":
      return force
        ? { kind: "checked", works: false, note: `It could not be checked (${sentence}).` }
        : { kind: "unchecked", sentence: `The key could not be checked, so nothing was stored: ${sentence}.` };
    case "works":
      return { kind: "checked", works: true, note: sentence };
  }
}

/** A key that Google takes and the store does not. `why`: the store's words. */
export const keyNotStored = (why: string, key: string) =>
  ({ kind: "failed", sentence: `The key is good, but was not stored: ${hidden(why, key)}` }) as const;
