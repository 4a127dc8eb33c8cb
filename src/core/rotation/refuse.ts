import type { Account, EpochMs } from "../account";
import type { Refusal, RefusedAccount } from "../refusal";
import type { Availability } from "./assess";

/** An account that was looked at. `left`: this request has already been refused by its quota scope. */
export interface Assessed {
  readonly account: Account;
  readonly is: Availability;
  readonly left: boolean;
}

/** Why nobody can answer, from what was found of each account. `problem`: what is wrong with the accounts file. */
export function refusalOf(assessed: readonly Assessed[], model: string, problem?: string): Refusal {
  if (assessed.length === 0) return { kind: "empty", ...(problem === undefined ? {} : { problem }) };
  const accounts = assessed.map(refusedAccount);
  const ends = assessed.flatMap(({ is }) => comesBack(is) ?? []);
  if (ends.length === 0) return tooLarge(assessed, model) ?? { kind: "person", model, accounts };
  const until = Math.min(...ends);
  const first = assessed.map(({ is }) => is).find((is) => comesBack(is) === until);
  if (first?.kind === "cooling") {
    const { reason, sentence } = first.cooldown;
    if (reason === "capacity") return { kind: "busy", model, until, sentence };
    if (reason === "outage") return { kind: "outage", until, sentence };
  }
  return { kind: "limited", model, until, accounts };
}

/** When the first account comes back that this request has not been refused by, if any does by itself. */
export function nextBackAt(assessed: readonly Assessed[]): EpochMs | undefined {
  const ends = assessed.flatMap(({ is, left }) => (left ? [] : (comesBack(is) ?? [])));
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

/** Somebody would answer, were the request smaller. */
function tooLarge(assessed: readonly Assessed[], model: string): Refusal | undefined {
  const limits = assessed.flatMap(({ is }) => (is.kind === "too-large" ? [is.limit] : []));
  return limits.length > 0 ? { kind: "too-large", model, limit: Math.max(...limits) } : undefined;
}

/** A model that an account does not have is not worth waiting for, though it is looked at again after a day. */
function comesBack(is: Availability): EpochMs | undefined {
  switch (is.kind) {
    case "cooling":
      return is.cooldown.reason === "model-unavailable" ? undefined : is.cooldown.until;
    case "full":
    case "probing":
      return is.until;
    default:
      return undefined;
  }
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
      return {
        label,
        state: "disabled",
        reason: `this version cannot use it for that (${is.backend}, ${is.credential})`,
      };
    case "full":
      return { label, state: "cooling", reason: "rate-limit", until: is.until };
    case "probing":
      return { label, state: "cooling", reason: "one call is out to see whether it answers again", until: is.until };
    case "too-large":
      return { label, state: "disabled", reason: `it takes ${is.limit} tokens at once at most` };
    case "disabled":
      return { label, state: "disabled", reason: "disabled" };
    case "available":
      return { label, state: "cooling", reason: "it failed just now" };
  }
}
