import { createHash } from "node:crypto";
import type { AccountEntry } from "../ports/account-store";

/** A key that opencode has, as an account. The id tells one key from another without giving it away: a short hash. */
export const keyEntry = (key: string, { prefix, label }: { prefix: string; label: string }): AccountEntry => ({
  account: {
    id: `${prefix}-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`,
    label,
    backend: "gemini-api",
    credential: "api-key",
    origin: "opencode",
    enabled: true,
    priority: 0,
    tags: [],
    addedAt: 0,
  },
  credential: { kind: "api-key", key },
});
