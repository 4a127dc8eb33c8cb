import type { BackendName } from "../core/account";
import type { Examined, Finding, Restored } from "../core/finding";
import { PARKED_WORDS } from "../core/reasons";
import { ACCOUNTS_WORDS } from "./doctor-accounts";
import { accountsNamed, listed, type Of, type Words, type WordsFor } from "./doctor-parts";
import { octal, PLACE_WORDS } from "./doctor-places";
import { counted, oneLine } from "./text";

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

/** What a new credential ends, and nothing else. */
const NEEDS_NEW = new RegExp(`^(?:${PARKED_WORDS["needs-login"]}|${PARKED_WORDS["key-invalid"]})`);

const ELSEWHERE = "It is kept in the environment or in opencode: change it there.";

/** The person acts where the address says, or as the reason says; the pool hears of it by a login or by `verify`. */
function waiting({ label, origin, reason, url }: Of<"waiting">): Words {
  const anew = origin === "file" ? `gemini-pool login --account "${label}"` : ELSEWHERE;
  const verify = `gemini-pool verify "${label}"`;
  const then = url === undefined ? `Once that is done: ${verify}` : `See ${url}, then: ${verify}`;
  return {
    sentence: `${label} waits for you: ${reason.replace(/\.$/, "")}.`,
    nextStep: NEEDS_NEW.test(reason) ? anew : then,
  };
}

const WORDS: WordsFor<Finding["kind"]> = {
  ...ACCOUNTS_WORDS,
  ...PLACE_WORDS,
  trouble: ({ sentence }) => ({ sentence }),
  waiting,
  "shared-quota": shared,
};

/** Says one finding. */
export function wordsOf(finding: Finding): Words {
  const words = WORDS[finding.kind] as (finding: Finding) => Words;
  return words(finding);
}

/** The same as one text that is safe in any terminal, for faces that say it in passing. */
export function sentenceOf(finding: Finding): string {
  const { sentence, nextStep = "" } = wordsOf(finding);
  return oneLine(`${sentence} ${nextStep}`);
}

const MAY_BE_MISSING = "What was changed after the backup was written may be missing.";
const MAY_BE_BACK = "Accounts that were removed or disabled by hand since then may be back.";

const absentWords = ({ labels, copy }: NonNullable<Restored["absent"]>): string =>
  `Left out because the broken version had them no more: ${accountsNamed(labels)}. To get them back: gemini-pool import "${copy}"`;

function restored({ labels, leftOutCount, copy, absent, isGuess }: Restored, path: string): string {
  const back =
    labels.length === 0 ? "there was no account to bring back" : `back from the backup: ${accountsNamed(labels)}`;
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
    case "lock-blocked":
      return `${finding.path}, a plain file in the place of a lock, was deleted.`;
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
