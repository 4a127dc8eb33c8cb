import type { EpochMs } from "../account";

/** The calls of the last minute, as they stood when another one was sent. */
export interface MinuteBefore {
  readonly requestCount: number;
  /** When the oldest of them leaves the minute; undefined where there was none. */
  readonly freesAt: EpochMs | undefined;
}

/** When a call was made and who counts it. `writer`: this process, by a name that no other one uses. */
export interface LessonContext {
  /** What this process had sent there within the minute before the call; absent where nobody counted. */
  readonly minute?: MinuteBefore | undefined;
  readonly writer: string;
  readonly now: EpochMs;
  readonly startedAt: EpochMs;
}
