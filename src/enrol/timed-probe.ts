import type { DurationMs } from "../core/account";
import type { KeyProbe, KeyProbeRequest, ProbeResult } from "../ports/upstream";
import type { Clock } from "../ports/world";

/** A person waits for it. */
const LIMIT_MS: DurationMs = 15_000;

const TOO_LATE: ProbeResult = {
  kind: "refused",
  outcome: { kind: "timeout", status: 0, sentence: "Google did not answer within 15 s" },
};

const GIVEN_UP: ProbeResult = { kind: "refused", outcome: { kind: "aborted" } };

/** What a probe is asked with. */
export interface TimedProbe extends KeyProbeRequest {
  readonly probe: KeyProbe;
  readonly clock: Clock;
}

/** Probes a key for 15 s at most. Once the caller has given up the answer is `aborted`, whatever Google says. */
export async function probeInTime(key: string, { probe, clock, backend, signal }: TimedProbe): Promise<ProbeResult> {
  const limit = new AbortController();
  const cancel = clock.after(LIMIT_MS, () => limit.abort());
  const both = signal ? AbortSignal.any([limit.signal, signal]) : limit.signal;
  const answer = await probe.probe(key, backend === undefined ? both : { backend, signal: both });
  cancel();
  if (limit.signal.aborted || isTimeLimit(signal)) return TOO_LATE;
  return signal?.aborted ? GIVEN_UP : answer;
}

/** A caller's own time limit is no change of mind. */
const isTimeLimit = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && signal.reason instanceof Error && signal.reason.name === "TimeoutError";
