import type { AccountId } from "../core/account";
import type { PendingLogin } from "../ports/login";

/** What a way in asks before it begins. */
export interface Question {
  readonly key: string;
  readonly message: string;
  /** `secret` is not shown while it is typed; `yes` is answered with `yes` or `no`. */
  readonly kind: "secret" | "text" | "file" | "choice" | "yes";
  readonly placeholder?: string;
  readonly isOptional?: boolean;
  /** Of a `choice`, the usual one first. */
  readonly choices?: readonly { readonly value: string; readonly title: string }[];
  /** What is wrong with an answer, said at once; undefined where nothing is. */
  readonly fault?: (answer: string) => string | undefined;
}

/**
 * By the key of the question; one that was not asked or left empty is absent. Beside what they ask all ways understand
 * `label` and `project`, those of Vertex AI `location`, those through a browser `browser: "no"` (only show the address), and keys
 * `force: "yes"` (keep one that could not be checked).
 */
export type Answers = Readonly<Record<string, string>>;

/** How a way in speaks with its person while it runs. Every face has its own. */
export interface Conversation {
  /** The person is to go to a page; what the browser comes back with may be pasted. */
  open(pending: PendingLogin): void;
  progress(sentence: string): void;
  /** A question that came up meanwhile; undefined: given up, or nobody can be asked here. */
  ask(question: Question): Promise<string | undefined>;
  /** The person gives up. */
  readonly signal: AbortSignal;
}

/** What came of it. `ok`: there is an account. `sentence` shows no secret and no e-mail in full; of several keys it has a line each. */
export interface WayResult {
  readonly ok: boolean;
  readonly sentence: string;
  readonly id?: AccountId;
  /** It was not there before. */
  readonly isNew?: boolean;
  /** Asked in a way that cannot be done: another answer helps, another try does not. */
  readonly isWrong?: boolean;
  /** It is stored, but cannot answer yet; the sentence says what to do. */
  readonly isRefused?: boolean;
  /** Google could not be asked, so nothing was stored; `force: "yes"` keeps it all the same. */
  readonly isUnchecked?: boolean;
  /** Of several keys: how many were not added. */
  readonly failedCount?: number;
}

/** The ways in, by the name a script gives. */
export type WayId =
  | "api-key"
  | "express-key"
  | "service-account"
  | "adc"
  | "gemini-login"
  | "vertex-login"
  | "seat"
  | "seat-gemini-cli";

/** One way into the pool, the same for every face. */
export interface Way {
  readonly id: WayId;
  /** For a menu: what a person has in hand. */
  readonly title: string;
  /** One line more. */
  readonly hint: string;
  /** What is asked now, given what is known (an own OAuth client that was added before is not asked for again). */
  questions(): readonly Question[];
  /** Never throws. Each run adds; nothing that was there is replaced but the credential of the same key or person. */
  run(answers: Answers, conversation: Conversation): Promise<WayResult>;
}
