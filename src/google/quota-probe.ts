import type { Account } from "../core/account";
import type { ProbedQuota } from "../core/quota/record";
import { redact } from "../core/redact";
import { modelGroup } from "../core/scope";
import type { QuotaProbe } from "../ports/upstream";
import type { Fetch } from "../ports/world";
import { originOf } from "./backends/endpoint";
import { instant } from "./errors/instant";
import { asNumber, asRecord, asRecords, asText, type Loose, parseJson } from "./errors/loose";
import { callSmall } from "./tiny-http";
import { USER_AGENT } from "./user-agent";

/** What the probe of quota works with. `codeAssist` is an origin, e.g. `https://cloudcode-pa.googleapis.com`; a version behind it is tolerated. */
export interface QuotaProbeOptions {
  readonly fetch: Fetch;
  readonly codeAssist: string;
}

const VERSION = "v1internal";

const MODEL = /^(?:models\/)?([\w.-]{1,100}?)(?:_vertex)?$/;

/** What is left of a bucket, 0..1. Google's JSON drops zeros: no fraction is none left, unless an amount says otherwise. */
function fractionOf(bucket: Loose): number | undefined {
  const stated = bucket["remainingFraction"];
  if (stated === undefined) return (asNumber(bucket["remainingAmount"]) ?? 0) > 0 ? undefined : 0;
  const fraction = asNumber(stated);
  return fraction === undefined ? undefined : Math.min(1, Math.max(0, fraction));
}

/** One bucket, or nothing where it makes no sense or counts no requests. */
function quotaOf(bucket: Loose, account: Account): ProbedQuota | undefined {
  const model = MODEL.exec(asText(bucket["modelId"])?.trim() ?? "")?.[1];
  const remainingFraction = fractionOf(bucket);
  const counts = asText(bucket["tokenType"]) ?? "REQUESTS";
  if (model === undefined || redact(model) !== model) return undefined;
  if (remainingFraction === undefined || counts !== "REQUESTS") return undefined;
  const count = asNumber(bucket["remainingAmount"]);
  const resetAt = instant(asText(bucket["resetTime"]));
  return {
    group: modelGroup(account, model),
    remainingFraction,
    ...(count !== undefined && Number.isSafeInteger(count) && count >= 0 ? { remainingCount: count } : {}),
    ...(resetAt === undefined ? {} : { resetAt }),
  };
}

/** The one that has less; of equals the one that comes back later. */
function scarcer(a: ProbedQuota, b: ProbedQuota): ProbedQuota {
  if (a.remainingFraction !== b.remainingFraction) return a.remainingFraction < b.remainingFraction ? a : b;
  return (b.resetAt ?? 0) > (a.resetAt ?? 0) ? b : a;
}

/** One entry per group: models that are counted together are as good as the emptiest of them. */
function perGroup(quotas: readonly ProbedQuota[]): readonly ProbedQuota[] {
  const groups = new Map<string, ProbedQuota>();
  for (const quota of quotas) {
    const known = groups.get(quota.group);
    groups.set(quota.group, known ? scarcer(known, quota) : quota);
  }
  return [...groups.values()];
}

/**
 * What Code Assist says is left for a seat, by model group (`retrieveUserQuota`; google-gemini/gemini-cli, code_assist/server.ts).
 * One call of at most 64 KiB, no retry; the caller's signal is the time limit. A refusal or anything odd is an empty list, as are
 * the backends that nobody can ask. A hint, never proof: it can show everything left while every call is refused
 * (google-gemini/gemini-cli#29425).
 */
export function createQuotaProbe({ fetch, codeAssist }: QuotaProbeOptions): QuotaProbe {
  const url = `${originOf(codeAssist, VERSION)}/${VERSION}:retrieveUserQuota`;
  return {
    async probe(account, access, signal) {
      if (account.backend !== "code-assist" || access.kind !== "bearer") return [];
      const answer = await callSmall({
        fetch,
        url,
        method: "POST",
        headers: {
          authorization: `Bearer ${access.token}`,
          "content-type": "application/json",
          "user-agent": USER_AGENT,
        },
        body: JSON.stringify({ project: account.project ?? access.project }),
        signal,
      });
      if (answer.kind === "failed" || answer.status !== 200) return [];
      const buckets = asRecords(asRecord(parseJson(answer.body))?.["buckets"]);
      return perGroup(buckets.flatMap((bucket) => quotaOf(bucket, account) ?? []));
    },
  };
}
