import type { Account, DurationMs } from "../core/account";
import type { Outcome } from "../core/outcome";
import { redact } from "../core/redact";
import type { AccountProbe } from "../ports/login";
import type { Access } from "../ports/upstream";
import type { Clock } from "../ports/world";
import { inTime } from "./in-time";

/** What the first call of a new account says. `refused`: it cannot be used as it is. */
export interface FirstCall {
  readonly verdict: "works" | "refused" | "unknown";
  /** Empty where it simply works. */
  readonly sentence: string;
  /** What was said, where it was anything but yes. */
  readonly outcome?: Outcome;
}

/** What the first call needs; without a probe nothing is asked. */
export interface FirstCallParts {
  readonly probe?: AccountProbe;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** A person waits for it. */
const LIMIT_MS: DurationMs = 15_000;

const UNASKED: FirstCall = { verdict: "unknown", sentence: "" };

/** Where quota is out the way is open all the same; a fault on the way says nothing. */
const REFUSES: ReadonlySet<Outcome["kind"]> = new Set(["parked", "banned", "denied", "unauthorized"]);
const WORKS: ReadonlySet<Outcome["kind"]> = new Set(["success", "limited", "capacity"]);

/** Makes one call that costs nothing, for 15 s at most: a service that is switched off is better heard of now. Never throws. */
export async function firstCall(account: Account, access: Access, parts: FirstCallParts): Promise<FirstCall> {
  const { probe, clock, signal } = parts;
  if (probe === undefined) return UNASKED;
  const ask = (abort: AbortSignal) => probe.probe(account, access, abort);
  const probed = await inTime(ask, { clock, limitMs: LIMIT_MS, signal }).catch(() => undefined);
  if (probed === undefined) return UNASKED;
  return probed.kind === "valid" ? { verdict: "works", sentence: "" } : callVerdict(probed.outcome);
}

/** What an outcome says of the first call, and to its person. */
export function callVerdict(outcome: Outcome): FirstCall {
  if (WORKS.has(outcome.kind)) return { verdict: "works", sentence: "", outcome };
  const words = "sentence" in outcome ? redact(outcome.sentence.trim()) : "";
  const url = "url" in outcome && outcome.url !== undefined ? ` See ${outcome.url}` : "";
  if (REFUSES.has(outcome.kind))
    return { verdict: "refused", sentence: `But its calls are refused: ${words}${url}`, outcome };
  const sentence = words === "" ? "" : `Whether its calls work could not be checked: ${words}`;
  return { verdict: "unknown", sentence, outcome };
}
