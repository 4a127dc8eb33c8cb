import type { DurationMs, EpochMs } from "../core/account";
import type { FileStamp, Files } from "../ports/files";
import type { Clock } from "../ports/world";

/** A file as it is now. The same object as last time means nothing changed. */
export type Reading =
  | { readonly kind: "missing" }
  | { readonly kind: "text"; readonly text: string }
  /** `code` is Node's, e.g. EACCES. */
  | { readonly kind: "unreadable"; readonly code: string };

interface Watched {
  readonly files: Files;
  readonly clock: Clock;
  readonly path: string;
}

/** File systems stamp changes in ticks of a few milliseconds: two changes within one tick look like one. */
const STAMP_TICK_MS = 50;

const MISSING: Reading = { kind: "missing" };

const sameStamp = (a: FileStamp | undefined, b: FileStamp | undefined): boolean =>
  a?.inode === b?.inode && a?.mtimeMs === b?.mtimeMs && a?.size === b?.size && a?.mode === b?.mode;

const sameReading = (a: Reading, b: Reading): boolean => {
  if (a.kind === "text" && b.kind === "text") return a.text === b.text;
  if (a.kind === "unreadable" && b.kind === "unreadable") return a.code === b.code;
  return a.kind === b.kind;
};

/** Node's code of a failed file operation. */
export const fileErrorCode = (error: unknown): string =>
  String((error as { code?: unknown } | undefined)?.code ?? "unknown error");

function readNow(files: Files, path: string, stamp: FileStamp | undefined): Reading {
  if (!stamp) return MISSING;
  try {
    return { kind: "text", text: files.read(path) };
  } catch (error) {
    // Also what was there a moment ago and is gone now (ENOENT): the next look tells whether it was only being replaced.
    return { kind: "unreadable", code: fileErrorCode(error) };
  }
}

/** Some editors take a file away for a moment before they put the new one there. */
const GONE_MS: DurationMs = 1_000;

/** The same readings, but that a file which was there is taken for gone only once it is so for a second. */
export function unlessBrieflyGone(read: () => Reading, clock: Pick<Clock, "now">): () => Reading {
  let last: Reading = MISSING;
  let goneAt: EpochMs | undefined;
  return () => {
    const found = read();
    if (found.kind === "missing" && last.kind !== "missing") {
      goneAt ??= clock.now();
      if (Math.abs(clock.now() - goneAt) < GONE_MS) return last;
    }
    goneAt = undefined;
    last = found;
    return found;
  };
}

/** Reads a file again only when its stamp changed; otherwise costs one stat. The returned function never throws. */
export function watchText({ files, clock, path }: Watched): () => Reading {
  let reading: Reading = MISSING;
  let trusted: { readonly stamp: FileStamp | undefined } | undefined;

  const settle = (fresh: Reading): Reading => {
    if (!sameReading(reading, fresh)) reading = fresh;
    return reading;
  };

  return () => {
    try {
      const stamp = files.stat(path);
      if (trusted && sameStamp(trusted.stamp, stamp)) return reading;
      const isYoung = stamp !== undefined && Math.abs(clock.now() - stamp.mtimeMs) < STAMP_TICK_MS;
      const fresh = readNow(files, path, stamp);
      // What could not be read may be readable next time without a new stamp.
      trusted = isYoung || fresh.kind === "unreadable" ? undefined : { stamp };
      return settle(fresh);
    } catch (error) {
      trusted = undefined;
      return settle({ kind: "unreadable", code: fileErrorCode(error) });
    }
  };
}
