import type { OAuthClient } from "../core/credential";
import type { AccountEntry } from "./account-store";

/** What accounts can be imported from. `pool`: a `gemini-auth.json` of ours, or what `export` wrote. */
export type ForeignFormat = "pool" | "ancestor" | "antigravity" | "opencode" | "env";

/** An account as it stands in a foreign file. `entry.account.id` is the one it has there, or no fit one. */
export interface ForeignAccount {
  /** Where, for people: `account 2`, `line 7, GEMINI_API_KEY_1`. Holds nothing of the content. */
  readonly place: string;
  readonly entry: AccountEntry;
}

/** What of a file cannot be used, and why, in a sentence that quotes none of it. */
export interface ForeignFault {
  readonly place: string;
  readonly why: string;
}

/** A foreign file as read: its accounts, or why nothing can be made of it at all. */
export type ForeignReading =
  | {
      readonly kind: "accounts";
      readonly format: ForeignFormat;
      readonly accounts: readonly ForeignAccount[];
      readonly faults: readonly ForeignFault[];
      /** Whole sentences about the file. */
      readonly notes: readonly string[];
    }
  | { readonly kind: "wrong"; readonly sentence: string };

/** How a file is to be read. */
export interface ForeignWish {
  /** Unless given, told from the content. */
  readonly from?: ForeignFormat;
  /** The OAuth client that its logins were made with, where the person knows it and the file does not say. */
  readonly client?: OAuthClient;
}

/** Reads the text of any file that accounts may be in. Never throws, quotes nothing of the text in a sentence. */
export type ForeignReader = (text: string, wish: ForeignWish) => ForeignReading;

export { NO_REFRESH_TOKEN } from "../core/credential";
