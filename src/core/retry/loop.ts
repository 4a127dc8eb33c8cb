import type { DurationMs, EpochMs } from "../account";
import type { SessionId } from "../session";

const WINDOW_MS: DurationMs = 20_000;
const LIMIT = 10;
/** Conversations remembered at once: the guard holds the last body of each. */
const SESSIONS = 16;

/** Tells a host that repeats itself. Mutable, one per process. */
export interface LoopGuard {
  /** True once the same body came from the same conversation more than ten times within 20 s. */
  repeats(sessionId: SessionId, body: string, now: EpochMs): boolean;
}

/** opencode calls again for ever when it does not know an answer's end; this is the net under the stream rules. */
export function createLoopGuard(): LoopGuard {
  const seen = new Map<SessionId, { body: string; times: EpochMs[] }>();
  return {
    repeats(sessionId, body, now) {
      const last = seen.get(sessionId);
      const times = last?.body === body ? last.times.filter((at) => now - at < WINDOW_MS) : [];
      times.push(now);
      seen.delete(sessionId);
      seen.set(sessionId, { body, times: times.slice(-LIMIT - 1) });
      const oldest = seen.keys().next();
      if (seen.size > SESSIONS && !oldest.done) seen.delete(oldest.value);
      return times.length > LIMIT;
    },
  };
}
