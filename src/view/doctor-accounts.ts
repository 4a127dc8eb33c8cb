import { accountsNamed, FIX, listed, type Of, type Words, type WordsFor } from "./doctor-parts";
import { counted } from "./text";

function missing({ path, backup }: Of<"accounts-missing">): Words {
  if (!backup) return { sentence: `There is no accounts file yet (${path}).`, nextStep: "gemini-pool login" };
  return {
    sentence: `${path} is gone. Its backup holds ${accountsNamed(backup.labels)}.`,
    nextStep: `If it was deleted by accident: ${FIX}. If not, delete ${backup.path} too.`,
  };
}

const deadLink = ({ path, target }: Of<"dead-link">): Words => ({
  sentence: `${path} is a link to ${target}, which is not there: accounts in it cannot be read.`,
  nextStep: "If its disk is not mounted, mount it. To begin anew there: gemini-pool login",
});

function broken({ path, what, isBlank, backup }: Of<"accounts-broken">): Words {
  const sentence = `${path} ${what}. Nothing is written to it until that is put right.`;
  if (backup) {
    const held = accountsNamed(backup.labels);
    return { sentence, nextStep: `Correct it by hand, or bring back the ${held} of the backup: ${FIX}` };
  }
  if (isBlank) return { sentence, nextStep: `Begin a new one: ${FIX}` };
  return { sentence, nextStep: `Correct it by hand; there is no backup. To begin anew: mv "${path}" "${path}.old"` };
}

const fieldSlip = ({ path, where, field, meant }: Of<"field-slip">): Words => ({
  sentence: `${path}: "${field}" ${where === undefined ? "at its top" : `in ${where}`} does nothing. "${meant}" may be meant.`,
  nextStep: "Correct it in the file, or take it out.",
});

const BEHIND: Readonly<Record<Of<"backup-behind">["because"], string>> = {
  missing: "The accounts file has no backup yet; the next change makes one.",
  older: "The accounts file was changed by hand since its backup was written; the next change renews the backup.",
  broken: "The backup of the accounts file cannot be used; the next change renews it.",
};

function copies({ paths, held }: Of<"copies">): Words {
  const back = held.map(
    ({ path, labels }) => `To get back ${accountsNamed(labels)} of a copy alone: gemini-pool import "${path}".`,
  );
  return {
    sentence: `Older or broken versions of the accounts file are kept, with credentials in them: ${listed(paths)}.`,
    nextStep: [...back, "Delete those that you do not need."].join(" "),
  };
}

/** What is said of the accounts file and its copies. */
export const ACCOUNTS_WORDS: WordsFor<
  | "accounts"
  | "accounts-missing"
  | "dead-link"
  | "accounts-broken"
  | "accounts-newer"
  | "accounts-lossy"
  | "accounts-unreadable"
  | "account-broken"
  | "client-broken"
  | "field-slip"
  | "backup-behind"
  | "copies"
> = {
  accounts: ({ path, real, accountCount }) => ({
    sentence: `${path}${real === undefined ? "" : `, a link to ${real}`}: ${counted(accountCount, "account")}.`,
  }),
  "accounts-missing": missing,
  "dead-link": deadLink,
  "accounts-broken": broken,
  "accounts-lossy": ({ path, what, remedy }) => ({
    sentence: `${path} ${what}. Nothing is written to it until that is put right.`,
    nextStep: `${remedy}. What is seen goes on answering.`,
  }),
  "accounts-newer": ({ path }) => ({
    sentence: `${path} was written by a newer version of this plugin; it is left as it is.`,
    nextStep: "Update the plugin, then restart opencode.",
  }),
  "accounts-unreadable": ({ path, code }) => ({
    sentence: `${path} cannot be read (${code}).`,
    nextStep: "Check who owns the file and its directory, and their permissions.",
  }),
  "account-broken": ({ path, what }) => ({
    sentence: `${path}: ${what}. The other accounts work.`,
    nextStep: "Correct it in the file, or take it out and add it again: gemini-pool login",
  }),
  "client-broken": ({ path, what }) => ({
    sentence: `${path}: ${what}. No login can use it.`,
    nextStep: "Correct it in the file, or take it out and add it again: gemini-pool oauth-client add FILE.json",
  }),
  "field-slip": fieldSlip,
  "backup-behind": ({ because, path, held }) =>
    held.length === 0
      ? { sentence: BEHIND[because] }
      : {
          sentence: `The backup of the accounts file has ${accountsNamed(held)} more than the file: they were taken out by hand, or an older version of the file was put back. The next change keeps a copy of the backup.`,
          nextStep: `To get them back: gemini-pool import "${path}". If they are to stay out, delete the copy later.`,
        },
  copies,
};
