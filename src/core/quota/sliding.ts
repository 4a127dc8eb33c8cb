import type { DurationMs, EpochMs } from "../account";
import { MINUTE_MS } from "./period";
import type { QuotaPlace } from "./place";
import { type MinuteLimits, Track } from "./track";

/** A call that counts from the moment it is sent. What comes first of the two holds, the rest does nothing. */
export interface Held {
  /** Google has answered; `tokens`: what it really took in, where Google said so. */
  settle(tokens?: number): void;
  /** Google did not count it: it is taken off again. */
  cancel(): void;
}

type Metered = Pick<QuotaPlace, "requestsMinute">;

/**
 * What this process has sent within the last minute, by place. Mutable, one per process; it empties itself. Each question
 * and each call costs constant time on average, `freeAt` of a full place a look at what has to leave first.
 */
export interface MinuteMeter {
  hold(place: Metered, tokens: number, now: EpochMs): Held;
  /** Calls of the last minute. */
  requests(place: Metered, now: EpochMs): number;
  /** Their input tokens. */
  tokens(place: Metered, now: EpochMs): number;
  /** When one more call of `needTokens` fits; undefined: now. More than the whole limit fits once nothing else is there. */
  freeAt(place: Metered, limits: MinuteLimits, needTokens: number, now: EpochMs): EpochMs | undefined;
  /** Places that are kept in mind, for those who watch the memory. */
  placeCount(): number;
}

/** Google counts a call when it arrives, which is a little after we sent it. */
const ARRIVAL_MS: DurationMs = 250;

/** How long a call counts. */
const SPAN_MS: DurationMs = MINUTE_MS + ARRIVAL_MS;

/** An empty meter. */
export function createMinuteMeter(): MinuteMeter {
  const tracks = new Map<string, Track>();
  let sweptAt: EpochMs = 0;

  const trackOf = ({ requestsMinute }: Metered, now: EpochMs): Track | undefined => {
    const track = tracks.get(requestsMinute);
    track?.forget(now);
    return track;
  };

  const sweep = (now: EpochMs): void => {
    if (Math.abs(now - sweptAt) < SPAN_MS) return;
    sweptAt = now;
    for (const [key, track] of tracks) {
      track.forget(now);
      if (track.isEmpty) tracks.delete(key);
    }
  };

  const newTrack = ({ requestsMinute }: Metered): Track => {
    const track = new Track(SPAN_MS);
    tracks.set(requestsMinute, track);
    return track;
  };

  return {
    hold(place, tokens, now) {
      sweep(now);
      const track = trackOf(place, now) ?? newTrack(place);
      return heldBy(track, tokens, now);
    },
    requests: (place, now) => trackOf(place, now)?.requests ?? 0,
    tokens: (place, now) => trackOf(place, now)?.tokens ?? 0,
    freeAt: (place, limits, needTokens, now) => trackOf(place, now)?.freeAt(limits, needTokens),
    placeCount: () => tracks.size,
  };
}

function heldBy(track: Track, tokens: number, now: EpochMs): Held {
  const slot = track.add(tokens, now);
  let isOpen = true;
  const once = (work: () => void): void => {
    if (isOpen) work();
    isOpen = false;
  };
  return {
    settle: (counted) => once(() => counted !== undefined && track.correct(slot, counted)),
    cancel: () => once(() => track.drop(slot)),
  };
}
