import type { Account, BackendName } from "../account";
import { type ModelGroup, modelGroup, type QuotaScope, quotaScopeOf } from "../scope";
import { naturalPeriod, type Period } from "./period";
import { recordKey } from "./record";

/**
 * Where a call is counted. It carries the keys of the records that matter there, because a choice among a thousand accounts
 * has no time to build strings.
 */
export interface QuotaPlace {
  readonly backend: BackendName;
  readonly quotaScope: QuotaScope;
  readonly group: ModelGroup;
  /** How its long limit counts time. */
  readonly period: Period;
  readonly requestsMinute: string;
  readonly inputTokensMinute: string;
  readonly requestsLong: string;
  readonly inputTokensLong: string;
  /** Names accounts alike, which probably have the same limits. */
  readonly peers: string;
}

/** The part of a place that names its records. */
export type RecordPlace = Omit<QuotaPlace, "peers">;

/** Where the account's calls of this model are counted. Made once per account and model, then kept. */
export function placeOf(account: Account, model: string): QuotaPlace {
  const { backend, credential, tier = "" } = account;
  const place = placeIn(backend, quotaScopeOf(account), modelGroup(account, model));
  return { ...place, peers: `${backend}:${credential}:${tier}:${place.group}` };
}

/** The same, by the names that Google counts under. */
export function placeIn(backend: BackendName, quotaScope: QuotaScope, group: ModelGroup): RecordPlace {
  const period = naturalPeriod(backend);
  return {
    backend,
    quotaScope,
    group,
    period,
    requestsMinute: recordKey({ quotaScope, group, meter: "requests", period: "minute" }),
    inputTokensMinute: recordKey({ quotaScope, group, meter: "input-tokens", period: "minute" }),
    requestsLong: recordKey({ quotaScope, group, meter: "requests", period }),
    inputTokensLong: recordKey({ quotaScope, group, meter: "input-tokens", period }),
  };
}
