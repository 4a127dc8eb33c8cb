import { FIX, type Of, type Words, type WordsFor } from "./doctor-parts";
import { counted } from "./text";

/** A mode as `chmod` takes it. */
export const octal = (mode: number): string => mode.toString(8).padStart(3, "0");

const WRITABLE = 0o022;
const WRITABLE_BY_ALL = 0o002;

function foreignDirectory({ path, mode }: Of<"too-open">, can: string): Words {
  return {
    sentence: `Others on this machine can ${can} ${path} (mode ${octal(mode)}), where files of the pool are. It is not opencode's own directory: it is left as it is.`,
    nextStep: `If nobody else needs it: chmod go-rwx "${path}". If somebody does, keep the files of the pool elsewhere.`,
  };
}

function tooOpen(finding: Of<"too-open">): Words {
  const { path, what, mode, wanted } = finding;
  const can = (mode & WRITABLE) !== 0 ? "change" : what === "file" ? "read" : "list";
  if (mode === wanted) return foreignDirectory(finding, can);
  const sentence = `Others on this machine can ${can} ${path} (mode ${octal(mode)}, better ${octal(wanted)}).`;
  const isForAll = what === "directory" && (mode & WRITABLE_BY_ALL) !== 0;
  return { sentence, nextStep: isForAll ? `If it is not shared on purpose: chmod ${octal(wanted)} "${path}"` : FIX };
}

function roomFor(path: string, code: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return `Make it writable for you: chmod u+rwx "${path}". If it is somebody else's: sudo chown "$USER" "${path}"`;
    case "EROFS":
      return "Its disk is read-only: mount it for writing, or keep the files of the pool elsewhere, in GEMINI_POOL_CONFIG_DIR.";
    case "ENOSPC":
    case "EDQUOT":
      return "Make room on its disk.";
    default:
      return "Check the directory, who owns it, and its disk.";
  }
}

const unwritable = ({ path, code }: Of<"unwritable">): Words => ({
  sentence: `Nothing can be written in ${path} (${code}): no account can be added or changed.`,
  nextStep: roomFor(path, code),
});

const stateUnwritable = ({ path, code }: Of<"state-unwritable">): Words => ({
  sentence: `Nothing can be written in ${path} (${code}): what one process learns about pauses, quotas and usage, no other one hears of, and it is forgotten.`,
  nextStep: roomFor(path, code),
});

const lockBlocked = ({ path, what }: Of<"lock-blocked">): Words =>
  what === "file"
    ? { sentence: `${path} is a plain file in the place of a lock: accounts cannot be changed.`, nextStep: FIX }
    : {
        sentence: `${path} has something in it, which no lock of the pool has: accounts cannot be changed.`,
        nextStep: `If no other program needs it: rm -r "${path}"`,
      };

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const age = (ms: number): string =>
  ms < 2 * MINUTE_MS ? counted(Math.round(ms / SECOND_MS), "second") : counted(Math.floor(ms / MINUTE_MS), "minute");

/** What is said of everything around the accounts file. */
export const PLACE_WORDS: WordsFor<
  "unwritable" | "state-unwritable" | "too-open" | "left-over" | "stale-lock" | "lock-blocked"
> = {
  unwritable,
  "state-unwritable": stateUnwritable,
  "too-open": tooOpen,
  "left-over": ({ path }) => ({
    sentence: `${path} was left by a process that was stopped; the next change removes it.`,
  }),
  "stale-lock": ({ path, ageMs }) => ({
    sentence: `${path} is the lock of a process that died ${age(ageMs)} ago; the next change takes it over.`,
  }),
  "lock-blocked": lockBlocked,
};
