import type { Finding } from "../core/finding";

const WRITABLE_BY_OTHERS = 0o022;
const WRITABLE_BY_ALL = 0o002;

type TooOpen = Extract<Finding, { kind: "too-open" }>;

/** A directory that is opencode's own; of another one no better mode is known. */
const isOwnDirectory = ({ what, mode, wanted }: TooOpen): boolean => what === "directory" && wanted !== mode;

/** True where `doctor --fix` can put it right without guessing. */
export function isMendable(finding: Finding): boolean {
  switch (finding.kind) {
    case "accounts-missing":
      return finding.backup !== undefined;
    case "accounts-broken":
      return finding.backup !== undefined || finding.isBlank;
    case "too-open":
      // What everybody may write to may be shared on purpose; only its owner knows.
      return finding.what === "file" || (isOwnDirectory(finding) && (finding.mode & WRITABLE_BY_ALL) === 0);
    case "lock-blocked":
      return finding.what === "file";
    case "backup-behind":
    case "left-over":
    case "stale-lock":
      return true;
    default:
      return false;
  }
}

/**
 * True where something does not work, or a secret is in danger, until somebody acts. Not so: what the next change puts
 * right by itself, a directory that others may only list, as most systems make it, and one that is not opencode's own.
 */
export function isSerious(finding: Finding): boolean {
  switch (finding.kind) {
    case "accounts-missing":
      return finding.backup !== undefined;
    case "accounts-broken":
    case "accounts-newer":
    case "accounts-lossy":
    case "accounts-unreadable":
    case "account-broken":
    case "client-broken":
    case "dead-link":
    case "field-slip":
    case "lock-blocked":
    case "trouble":
    case "unwritable":
    case "state-unwritable":
    case "waiting":
      return true;
    case "too-open":
      return finding.what === "file" || (isOwnDirectory(finding) && (finding.mode & WRITABLE_BY_OTHERS) !== 0);
    case "accounts":
    case "backup-behind":
    case "left-over":
    case "stale-lock":
    case "copies":
    case "shared-quota":
      return false;
  }
}
