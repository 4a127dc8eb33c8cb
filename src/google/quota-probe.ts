import type { Account, EpochMs } from "../core/account";
import { modelGroup } from "../core/scope";
import type { QuotaWindow } from "../core/state";
import type { QuotaProbe } from "../ports/upstream";
import type { Clock, Fetch } from "../ports/world";
import { asNumber, asRecord, asRecords, asText, type Loose, parseJson } from "./errors/loose";
import { callSmall } from "./tiny-http";
import { USER_AGENT } from "./user-agent";

/** What the probe of quota works with. `codeAssist` is an origin, e.g. `https://cloudcode-pa.googleapis.com`. */
export interface QuotaProbeOptions {
  readonly fetch: Fetch;
  readonly codeAssist: string;
  readonly now: Clock["now"];
}

/** One bucket as a window, or nothing where it makes no sense. Google's JSON drops zeros: no fraction is none left. */
function windowOf(bucket: Loose, account: Account, observedAt: EpochMs): QuotaWindow | undefined {
  const model = asText(bucket["modelId"])?.replace(/_vertex$/, "");
  const fraction = bucket["remainingFraction"] === undefined ? 0 : asNumber(bucket["remainingFraction"]);
  if (!model || fraction === undefined) return undefined;
  const resetAt = Date.parse(asText(bucket["resetTime"])?.slice(0, 80) ?? "");
  return {
    accountId: account.id,
    group: modelGroup(account.backend, model),
    remainingFraction: Math.min(Math.max(fraction, 0), 1),
    ...(Number.isNaN(resetAt) ? {} : { resetAt }),
    observedAt,
    source: "probe",
  };
}

/** One window per group: models that are counted together are as good as the emptiest of them. */
function perGroup(windows: readonly QuotaWindow[]): readonly QuotaWindow[] {
  const least = new Map<string, QuotaWindow>();
  for (const window of windows) {
    const known = least.get(window.group);
    if (!known || window.remainingFraction < known.remainingFraction) least.set(window.group, window);
  }
  return [...least.values()];
}

/**
 * What Code Assist says is left, by model group. One call, no retry; anything odd is an empty list.
 * A hint, never proof: it can show everything left while every call is refused (google-gemini/gemini-cli#29425).
 */
export function createQuotaProbe({ fetch, codeAssist, now }: QuotaProbeOptions): QuotaProbe {
  return {
    async probe(account, access, signal) {
      if (account.backend !== "code-assist" || access.kind !== "bearer") return [];
      const answer = await callSmall({
        fetch,
        url: `${codeAssist}/v1internal:retrieveUserQuota`,
        method: "POST",
        headers: {
          authorization: `Bearer ${access.token}`,
          "content-type": "application/json",
          "user-agent": USER_AGENT,
        },
        body: JSON.stringify({ project: account.project }),
        signal,
      });
      if (answer.kind === "failed" || answer.status !== 200) return [];
      const at = now();
      const buckets = asRecords(asRecord(parseJson(answer.body))?.["buckets"]);
      return perGroup(buckets.flatMap((bucket) => windowOf(bucket, account, at) ?? []));
    },
  };
}
