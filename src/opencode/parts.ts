import type { EpochMs } from "../core/account";
import type { PoolEvent } from "../core/event";
import type { PoolSnapshot } from "../core/snapshot";
import type { Dispatch } from "../pool/dispatch";
import type { Fetch } from "../ports/world";

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
  /** The google API key of opencode's auth.json, which a login must not wipe out. */
  readonly storedHostKey: () => string | undefined;
  /** Probes a pasted key and adds it; says what came of it in a sentence. Never throws. */
  readonly addKey: (
    key: string,
    label: string | undefined,
  ) => Promise<{ readonly added: boolean; readonly sentence: string }>;
  /** Brings what is still in memory to the disk; opencode may end right after. */
  readonly flush: () => void;
  readonly subscribe: (listener: (event: PoolEvent) => void) => () => void;
  readonly passThrough: Fetch;
  /** `opencode run`: a 429 with a long wait would hang without a word there. */
  readonly isRun: boolean;
  /** The TUI has its own `/gquota`, in another thread. */
  readonly isTuiWorker: boolean;
  readonly now: () => EpochMs;
  /** An instant as people write it, in the local time zone. */
  readonly formatTime: (at: EpochMs) => string;
}
