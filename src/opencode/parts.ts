import type { EpochMs } from "../core/account";
import type { PoolEvent } from "../core/event";
import type { HostLogin } from "../core/marker";
import type { PoolSnapshot } from "../core/snapshot";
import type { Way } from "../enrol/way";
import type { Dispatch } from "../pool/dispatch";
import type { Clock, Fetch } from "../ports/world";

/** What the opencode face needs from the rest of the house. */
export interface FaceParts {
  readonly dispatch: Dispatch;
  readonly snapshot: () => Promise<PoolSnapshot>;
  /** Loads what the first request needs, after whatever the host is doing now. */
  readonly warmUp: () => void;
  /** Whether any account is there, usable or not, or a file that should hold some cannot be read. */
  readonly hasAccounts: () => boolean;
  /** Whether opencode's auth.json says that this pool is the google login. */
  readonly hasMarker: () => boolean;
  /** What opencode's auth.json has for google beside our mark: a login must give it back. */
  readonly storedHostLogin: () => HostLogin | undefined;
  /** The address of the user's own, outside of Google, that opencode's configuration has for the google provider. */
  readonly userGateway: () => string | undefined;
  /** The ways in, loaded when the first login begins. */
  readonly ways: () => Promise<readonly Way[]>;
  /** Brings what is still in memory to the disk; opencode may end right after. */
  readonly flush: () => void;
  readonly subscribe: (listener: (event: PoolEvent) => void) => () => void;
  readonly passThrough: Fetch;
  /** `opencode run`: a 429 with a long wait would hang without a word there. */
  readonly isRun: boolean;
  /** The TUI has its own `/gquota`, in another thread. */
  readonly isTuiWorker: boolean;
  /** `opencode auth login`: a terminal without toasts, which shows what is thrown. */
  readonly isAuthLogin: boolean;
  readonly now: () => EpochMs;
  readonly after: Clock["after"];
  /** An instant as people write it, in the local time zone. */
  readonly formatTime: (at: EpochMs) => string;
}
