import type { SessionId } from "./session";

/** Gemini methods that generate or count: the ones the pool retries and rotates. */
export type CallMethod =
  | "generateContent"
  | "streamGenerateContent"
  | "countTokens"
  | "embedContent"
  | "batchEmbedContents";

/** What a model call is, with no body, URL or header in it. */
export interface CallTraits {
  readonly model: string;
  readonly method: CallMethod;
  readonly streaming: boolean;
  readonly sessionId?: SessionId;
  readonly parentSessionId?: SessionId;
}
