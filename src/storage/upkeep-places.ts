import { basename, dirname } from "node:path";
import type { DurationMs } from "../core/account";
import type { Finding } from "../core/finding";
import type { Files } from "../ports/files";
import type { Clock } from "../ports/world";
import { backupOf } from "./accounts-world";
import { leftoversOf } from "./atomic-write";
import { PRIVATE_DIRECTORY, PRIVATE_FILE } from "./modes";
import { copiesOf } from "./upkeep-copies";
import { lockBlock } from "./upkeep-locks";
import { beside, stampOf, unlessFailing } from "./upkeep-look";

interface Place {
  readonly files: Files;
  readonly clock: Clock;
  /** The accounts file as it is configured. */
  readonly path: string;
  /** The accounts file behind all links, and the state database. */
  readonly target: string;
  readonly stateDatabase: string;
  readonly optionsFile: string;
}

/** A lock that was not renewed for so long is dead, and so is whoever wrote a temporary file then. */
const DEAD_AFTER_MS = 5_000;
const OTHERS = 0o077;
/** Those who share a directory may not take each other's files away. */
const STICKY = 0o1000;
const OUR_DIRECTORY = "opencode";

type TooOpen = Extract<Finding, { kind: "too-open" }>;

function tooOpen(files: Files, path: string, what: "file" | "directory"): readonly TooOpen[] {
  const mode = stampOf(files, path)?.mode;
  const wanted = what === "file" ? PRIVATE_FILE : PRIVATE_DIRECTORY;
  return mode !== undefined && (mode & OTHERS) !== 0 ? [{ kind: "too-open", path, what, mode, wanted }] : [];
}

const realOf = (files: Files, path: string): string | undefined => unlessFailing(() => files.resolve(path), undefined);

/** A directory of opencode's that the files are really in: no link of a file leads out of it, and nobody shares it. */
function isOurs({ files, path, target }: Place, directory: string, mode: number): boolean {
  const real = realOf(files, directory);
  if (real === undefined || basename(real) !== OUR_DIRECTORY || (mode & STICKY) !== 0) return false;
  return directory !== dirname(target) || real === realOf(files, dirname(path));
}

/** Of a directory that is not ours it is not for us to say what mode it should have. */
function openDirectories(place: Place): readonly Finding[] {
  const directories = new Set([dirname(place.target), dirname(place.stateDatabase)]);
  return [...directories]
    .flatMap((path) => tooOpen(place.files, path, "directory"))
    .map((found) => (isOurs(place, found.path, found.mode) ? found : { ...found, wanted: found.mode }));
}

/** OAuth clients may stand in the options; without one they are nobody's secret. */
const holdsSecret = (files: Files, path: string): boolean =>
  unlessFailing(() => stampOf(files, path) !== undefined && /"secret"\s*:/.test(files.read(path)), false);

function modeFindings(place: Place): readonly Finding[] {
  const { files, target, stateDatabase, optionsFile } = place;
  const options = holdsSecret(files, optionsFile) ? [optionsFile] : [];
  const own = [...options, target, backupOf(target), ...copiesOf(files, target), ...beside(files, stateDatabase)];
  return [...own.flatMap((path) => tooOpen(files, path, "file")), ...openDirectories(place)];
}

function lockFindings(place: Place, ageOf: (path: string) => DurationMs): readonly Finding[] {
  const locks = beside(place.files, place.target).filter((path) => path.endsWith(".lock"));
  return locks.flatMap((path): Finding[] => {
    const what = lockBlock(place.files, path, place.target);
    if (what !== undefined) return [{ kind: "lock-blocked", path, what }];
    return ageOf(path) > DEAD_AFTER_MS ? [{ kind: "stale-lock", path, ageMs: ageOf(path) }] : [];
  });
}

function deadFindings(place: Place): readonly Finding[] {
  const { files, clock, target } = place;
  // A stamp of a time to come is one of a clock that was ahead.
  const ageOf = (path: string) => Math.abs(clock.now() - (stampOf(files, path)?.mtimeMs ?? clock.now()));
  const leftovers = unlessFailing(() => leftoversOf(files, target), []).filter((path) => ageOf(path) > DEAD_AFTER_MS);
  return [...leftovers.map((path): Finding => ({ kind: "left-over", path })), ...lockFindings(place, ageOf)];
}

/** What there is to say about everything around the accounts file: modes, what dead processes left, locks. */
export const placeFindings = (place: Place): readonly Finding[] => [...modeFindings(place), ...deadFindings(place)];
