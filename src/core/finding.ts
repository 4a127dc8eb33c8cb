import type { AccountOrigin, BackendName, DurationMs } from "./account";

/** What a backup can bring back: the labels of its accounts. */
export interface BackupFacts {
  readonly path: string;
  readonly labels: readonly string[];
}

/** One thing seen at a check of the user's files and accounts, as data. No secret in it; paths are absolute. */
export type Finding =
  /** `real` is where a link leads. */
  | {
      readonly kind: "accounts";
      readonly path: string;
      readonly real: string | undefined;
      readonly accountCount: number;
    }
  | { readonly kind: "accounts-missing"; readonly path: string; readonly backup: BackupFacts | undefined }
  /** `path` is a link on the way to the accounts file; what it leads to is not there. */
  | { readonly kind: "dead-link"; readonly path: string; readonly target: string }
  /** `what` completes "<path> …", e.g. "is not valid JSON (line 3, column 5: expected value)". */
  | {
      readonly kind: "accounts-broken";
      readonly path: string;
      readonly what: string;
      readonly isBlank: boolean;
      readonly backup: BackupFacts | undefined;
    }
  /** It can be read, but not written without losing something of it; `what` completes "<path> …", `remedy` is the next step. */
  | { readonly kind: "accounts-lossy"; readonly path: string; readonly what: string; readonly remedy: string }
  | { readonly kind: "accounts-newer"; readonly path: string }
  /** `code` is Node's, e.g. EACCES. */
  | { readonly kind: "accounts-unreadable"; readonly path: string; readonly code: string }
  /** One account of a good file; `what` names it and the fault. */
  | { readonly kind: "account-broken"; readonly path: string; readonly what: string }
  /** The same for an OAuth client of the user's own. */
  | { readonly kind: "client-broken"; readonly path: string; readonly what: string }
  /** A field that does nothing and looks like one that does. `where` names its account; undefined at the top of the file. */
  | {
      readonly kind: "field-slip";
      readonly path: string;
      readonly where: string | undefined;
      readonly field: string;
      readonly meant: string;
    }
  /** Nothing can be written in a directory, so no account can be added or changed; `code` is Node's. */
  | { readonly kind: "unwritable"; readonly path: string; readonly code: string }
  /** The same for the state database: what is learnt stays in memory. */
  | { readonly kind: "state-unwritable"; readonly path: string; readonly code: string }
  /** `held`: labels of accounts that it has and the file has not. */
  | {
      readonly kind: "backup-behind";
      readonly path: string;
      readonly because: "missing" | "older" | "broken";
      readonly held: readonly string[];
    }
  /** Others than its owner may do something with it; `wanted` is the mode it should have. */
  | {
      readonly kind: "too-open";
      readonly path: string;
      readonly what: "file" | "directory";
      readonly mode: number;
      readonly wanted: number;
    }
  | { readonly kind: "left-over"; readonly path: string }
  | { readonly kind: "stale-lock"; readonly path: string; readonly ageMs: DurationMs }
  /** What is in the place of a lock and can be none of ours: a plain file, or a directory with something in it. */
  | { readonly kind: "lock-blocked"; readonly path: string; readonly what: "file" | "directory" }
  /** Older and broken versions that were kept aside; `held`: those with accounts that are nowhere else. */
  | { readonly kind: "copies"; readonly paths: readonly string[]; readonly held: readonly BackupFacts[] }
  /** Anything else that is wrong, e.g. with the options, in a sentence of its own. */
  | { readonly kind: "trouble"; readonly sentence: string }
  /** An account that needs its person; `reason` completes "<label> …: ". */
  | {
      readonly kind: "waiting";
      readonly label: string;
      readonly origin: AccountOrigin;
      readonly reason: string;
      readonly url: string | undefined;
    }
  /** Several accounts, one quota. `name` is the project, where there is one. */
  | {
      readonly kind: "shared-quota";
      readonly backend: BackendName;
      readonly name: string | undefined;
      readonly labels: readonly string[];
    };

/** What a restore brought back. */
export interface Restored {
  readonly labels: readonly string[];
  /** Accounts of the backup that the broken file still said were removed. */
  readonly leftOutCount: number;
  /** Where the broken version is kept; undefined where there was nothing in it. */
  readonly copy: string | undefined;
  /** Whom a person had taken out of the broken version; `copy` is the backup that still has them. */
  readonly absent?: { readonly labels: readonly string[]; readonly copy: string };
  /** True where too little was left to tell what a person had changed since the backup. */
  readonly isGuess?: boolean;
}

/** A finding and what became of it. `open` and `failed` need a person. */
export interface Examined {
  readonly finding: Finding;
  readonly standing: "fine" | "note" | "open" | "fixed" | "failed";
  /** Why it could not be put right. */
  readonly why?: string;
  readonly restored?: Restored;
}

/** The whole check. `healthy`: nothing needs a person. */
export interface CheckUp {
  readonly healthy: boolean;
  readonly examined: readonly Examined[];
}
