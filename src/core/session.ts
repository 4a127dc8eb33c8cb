/** opencode's session id: one conversation. */
export type SessionId = string;
