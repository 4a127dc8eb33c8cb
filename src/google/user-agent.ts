/** Who calls: our own name, never another product's. Sent with every call to Google. */
export const USER_AGENT = "opencode-gemini-pool/0.1.0";
