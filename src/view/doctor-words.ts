import type { BackendName } from "../core/account";
import type { Examined, Finding, Restored } from "../core/finding";
import { counted } from "./text";

/** What was seen, in a sentence, and what to do about it where something is to be done. */
export interface Words {
  readonly sentence: string;
  readonly nextStep?: string;
}

const FIX = "gemini-pool doctor --fix";
const MAX_LABELS = 8;

const octal = (mode: number): string => mode.toString(8).padStart(3, "0");

const listed = (labels: readonly string[]): string =>
  labels.length <= MAX_LABELS
    ? labels.join(", ")
    : `${labels.slice(0, MAX_LABELS).join(", ")} and ${labels.length - MAX_LABELS} more`;

const accounts = (labels: readonly string[]): string => `${counted(labels.length, "account")} (${listed(labels)})`;

type Of<Kind extends Finding["kind"]> = Extract<Finding, { kind: Kind }>;

function missing({ path, backup }: Of<"accounts-missing">): Words {
  if (!backup) return { sentence: `There is no accounts file yet (${path}).`, nextStep: "gemini-pool login" };
  return {
    sentence: `${path} is gone. Its backup holds ${accounts(backup.labels)}.`,
    nextStep: `If it was deleted by accident: ${FIX}. If not, delete ${backup.path} too.`,
  };
}

function broken({ path, what, isBlank, backup }: Of<"accounts-broken">): Words {
  const sentence = `${path} ${what}. Nothing is written to it until that is put right.`;
  if (backup) {
    const held = accounts(backup.labels);
    return { sentence, nextStep: `Correct it by hand, or bring back the ${held} of the backup: ${FIX}` };
  }
  if (isBlank) return { sentence, nextStep: `Begin a new one: ${FIX}` };
  return { sentence, nextStep: `Correct it by hand; there is no backup. To begin anew: mv "${path}" "${path}.old"` };
}

const BEHIND: Readonly<Record<Of<"backup-behind">["because"], string>> = {
  missing: "The accounts file has no backup yet; the next change makes one.",
  older: "The accounts file was changed by hand since its backup was written; the next change renews the backup.",
  broken: "The backup of the accounts file cannot be used; the next change renews it.",
};

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

const SHARERS: Readonly<Record<BackendName, (labels: readonly string[], name: string | undefined) => string>> = {
  "gemini-api": ({ length }, name) => `${counted(length, "key")}, 1 project${name === undefined ? "" : ` (${name})`}`,
  vertex: ({ length }, name) => `${counted(length, "account")}, 1 project${name === undefined ? "" : ` (${name})`}`,
  "code-assist": ({ length }) => `${counted(length, "login")}, 1 person`,
};

const MORE_QUOTA: Readonly<Record<BackendName, string>> = {
  "gemini-api": "A key of another project would add quota.",
  vertex: "Another project or location would add quota.",
  "code-assist": "Another person's seat would add quota.",
};

const shared = ({ backend, name, labels }: Of<"shared-quota">): Words => ({
  sentence: `${SHARERS[backend](labels, name)}, 1 quota: ${listed(labels)}. What limits one of them limits all. ${MORE_QUOTA[backend]}`,
});

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const age = (ms: number): string =>
  ms < 2 * MINUTE_MS ? counted(Math.round(ms / SECOND_MS), "second") : counted(Math.floor(ms / MINUTE_MS), "minute");

/** Says one finding. */
export function wordsOf(finding: Finding): Words {
  switch (finding.kind) {
    case "accounts": {
      const link = finding.real === undefined ? "" : `, a link to ${finding.real}`;
      return { sentence: `${finding.path}${link}: ${counted(finding.accountCount, "account")}.` };
    }
    case "accounts-missing":
      return missing(finding);
    case "accounts-broken":
      return broken(finding);
    case "accounts-newer":
      return {
        sentence: `${finding.path} was written by a newer version of this plugin; it is left as it is.`,
        nextStep: "Update the plugin, then restart opencode.",
      };
    case "accounts-unreadable":
      return {
        sentence: `${finding.path} cannot be read (${finding.code}).`,
        nextStep: "Check who owns the file and its directory, and their permissions.",
      };
    case "account-broken":
      return {
        sentence: `${finding.path}: ${finding.what}. The other accounts work.`,
        nextStep: "Correct it in the file, or take it out and add it again: gemini-pool login",
      };
    case "backup-behind":
      return { sentence: BEHIND[finding.because] };
    case "too-open":
      return tooOpen(finding);
    case "left-over":
      return { sentence: `${finding.path} was left by a process that was stopped; the next change removes it.` };
    case "stale-lock":
      return {
        sentence: `${finding.path} is the lock of a process that died ${age(finding.ageMs)} ago; the next change takes it over.`,
      };
    case "copies":
      return {
        sentence: `Older or broken versions of the accounts file are kept, with credentials in them: ${listed(finding.paths)}.`,
        nextStep: "Delete those that you do not need.",
      };
    case "trouble":
      return { sentence: finding.sentence };
    case "shared-quota":
      return shared(finding);
  }
}

const MAY_BE_MISSING = "What was changed after the backup was written may be missing.";
const MAY_BE_BACK = "Accounts that were removed or disabled by hand since then may be back.";

const absentWords = ({ labels, copy }: NonNullable<Restored["absent"]>): string =>
  `Left out because the broken version had them no more: ${accounts(labels)}. To get them back: gemini-pool import "${copy}"`;

function restored({ labels, leftOutCount, copy, absent, isGuess }: Restored, path: string): string {
  const back = labels.length === 0 ? "there was no account to bring back" : `back from the backup: ${accounts(labels)}`;
  const sentences = [`${path} was written anew, ${back}.`];
  if (labels.length > 0) sentences.push(MAY_BE_MISSING);
  if (labels.length > 0 && isGuess) sentences.push(MAY_BE_BACK);
  if (leftOutCount > 0) sentences.push(`Left out because it had been removed: ${counted(leftOutCount, "account")}.`);
  if (copy !== undefined) sentences.push(`The broken version is kept as ${copy}.`);
  if (absent) sentences.push(absentWords(absent));
  return sentences.join(" ");
}

/** Says what was put right. */
function fixedWords(finding: Finding, what: Restored | undefined): string {
  switch (finding.kind) {
    case "accounts-missing":
    case "accounts-broken":
      return what ? restored(what, finding.path) : `${finding.path} was put right meanwhile.`;
    case "backup-behind":
      return "A new backup of the accounts file was written.";
    case "too-open":
      return `${finding.path} is now for you alone (mode ${octal(finding.wanted)}).`;
    case "left-over":
      return `${finding.path}, left by a process that was stopped, was removed.`;
    case "stale-lock":
      return `${finding.path}, the lock of a process that died, was removed.`;
    default:
      return wordsOf(finding).sentence;
  }
}

/** Says a finding as it stands after the check. */
export function examinedWords({ finding, standing, why, restored: what }: Examined): Words {
  if (standing === "fixed") return { sentence: fixedWords(finding, what) };
  const words = wordsOf(finding);
  if (standing !== "failed") return words;
  return {
    ...words,
    nextStep: why === undefined ? "It could not be put right: it is as it was." : `Not put right: ${why}`,
  };
}
