import type { DurationMs } from "../core/account";

/** When something is out and for whom, in seconds since the start; what is not named fits everything. */
export interface Outage {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly backend?: string;
  readonly model?: string;
  readonly account?: string;
}

/** A call as outages see it. */
export interface OutageCall {
  readonly backend: string;
  readonly model: string | undefined;
  readonly account: string | undefined;
}

/** The first outage that this call falls into. `sinceMs`: time since the start; the last moment is no longer part of it. */
export const outageAt = <T extends Outage>(
  outages: readonly T[],
  call: OutageCall,
  sinceMs: DurationMs,
): T | undefined => outages.find((outage) => isOn(outage, sinceMs) && fits(outage, call));

const isOn = ({ fromSeconds, toSeconds }: Outage, sinceMs: DurationMs): boolean =>
  sinceMs >= fromSeconds * 1000 && sinceMs < toSeconds * 1000;

const fits = (outage: Outage, call: OutageCall): boolean =>
  (outage.backend === undefined || outage.backend === call.backend) &&
  (outage.model === undefined || outage.model === "*" || outage.model === call.model) &&
  (outage.account === undefined || outage.account === "*" || outage.account === call.account);
