import type { Account, EpochMs } from "../account";
import type { Refusal, RefusedAccount } from "../refusal";
import type { Availability } from "./assess";

/** An account that was looked at. `left`: this request has already been refused by its quota scope. */
export interface Assessed {
  readonly account: Account;
  readonly is: Availability;
  readonly left: boolean;
}

/** Why nobody can answer, from what was found of each account. */
export function refusalOf(assessed: readonly Assessed[], model: string): Refusal {
  if (assessed.length === 0) return { kind: "empty" };
  const accounts = assessed.map(refusedAccount);
  const ends = assessed.flatMap(({ is }) => (is.kind === "cooling" ? [is.cooldown.until] : []));
  return ends.length > 0
    ? { kind: "limited", model, until: Math.min(...ends), accounts }
    : { kind: "person", model, accounts };
}

/** When the first account comes back that this request has not been refused by, if any does by itself. */
export function nextBackAt(assessed: readonly Assessed[]): EpochMs | undefined {
  const ends = assessed.flatMap(({ is, left }) => (is.kind === "cooling" && !left ? [is.cooldown.until] : []));
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

function refusedAccount({ account: { label }, is }: Assessed): RefusedAccount {
  switch (is.kind) {
    case "cooling":
      return { label, state: "cooling", reason: is.cooldown.reason, until: is.cooldown.until };
    case "parked": {
      const { state, sentence, url } = is.parked;
      return { label, state: "parked", reason: sentence, parkedState: state, ...(url === undefined ? {} : { url }) };
    }
    case "unsupported":
      return { label, state: "disabled", reason: is.because };
    case "disabled":
      return { label, state: "disabled", reason: "disabled" };
    case "available":
      return { label, state: "cooling", reason: "it failed just now" };
  }
}
