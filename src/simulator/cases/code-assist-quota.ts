import { errorInfo, goDuration, protoDuration, retryInfo, spokenDuration, timestamp } from "../wire";
import { type CaseBuilder, refusal, refusalFor } from "./case";

/** The domain of Code Assist's own reasons. */
export const CODE_ASSIST_DOMAIN = "cloudcode-pa.googleapis.com";

interface CapacityRefusal {
  readonly reason: "RATE_LIMIT_EXCEEDED" | "QUOTA_EXHAUSTED";
  readonly seconds: number;
  /** False: the time is in the sentence only. */
  readonly detailed?: boolean;
  /** True: the delay is plain seconds, as some of these answers have it. */
  readonly plainDelay?: boolean;
  readonly message?: (spoken: string) => string;
}

const SENTENCE = (spoken: string) =>
  `You have exhausted your capacity on this model. Your quota will reset after ${spoken}.`;

/** The refusal of a spent seat: reason, model, delay and instant in ErrorInfo, the delay again in RetryInfo and in words. */
export function capacityRefusal({
  reason,
  seconds,
  detailed = true,
  plainDelay = false,
  message = SENTENCE,
}: CapacityRefusal): CaseBuilder {
  return refusalFor(({ model, now, changes }) => {
    const exact = changes.resetDelaySeconds ?? changes.retryDelaySeconds ?? seconds;
    const times = {
      quotaResetDelay: plainDelay ? protoDuration(exact) : goDuration(exact),
      quotaResetTimeStamp: timestamp(now + exact * 1000),
    };
    const info = errorInfo(reason, CODE_ASSIST_DOMAIN, { uiMessage: "true", model, ...(detailed ? times : {}) });
    const details = detailed ? [info, retryInfo(exact)] : [info];
    return refusal(429, "RESOURCE_EXHAUSTED", message(spokenDuration(exact)), { details });
  });
}
