import { join } from "node:path";
import type { OpenDatabase } from "../../src/ports/files";
import type { StateStore } from "../../src/ports/state-store";
import { createStateStore } from "../../src/storage/state-database";
import { openDatabase } from "../../src/system/database";
import { systemFiles } from "../../src/system/files";
import { FAKE_START, type FakeClock, fakeClock } from "./fake-clock";
import { recordingEvents } from "./recording-events";

/** Where several processes keep their state, under one clock. */
export interface StatePlace {
  readonly path: string;
  readonly clock: FakeClock;
  readonly events: ReturnType<typeof recordingEvents>;
  /** A store as another process would open it. */
  open(opener?: OpenDatabase): StateStore;
}

/** A place in `directory`, which need not be there yet. */
export function statePlace(
  directory: string,
  path = join(directory, "state", "gemini-pool.db"),
  now: number = FAKE_START,
): StatePlace {
  const [clock, events] = [fakeClock(now), recordingEvents()];
  const open = (opener: OpenDatabase = openDatabase) =>
    createStateStore({ openDatabase: opener, path, files: systemFiles, clock, events });
  return { path, clock, events, open };
}
