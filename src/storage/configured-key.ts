import { createHash } from "node:crypto";
import type { AccountSource, AccountsView } from "../ports/account-store";

/** The API key of opencode's own configuration: an account of this process, kept where it is. */
export interface ConfiguredKey extends AccountSource {
  /** What the configuration says now; undefined: nothing. */
  offer(key: string | undefined): void;
}

const NOBODY: AccountsView = { entries: [] };

/** A source that is empty until the host offers a key. */
export function createConfiguredKey(): ConfiguredKey {
  let offered: string | undefined;
  let view = NOBODY;
  return {
    current: () => view,
    offer(key) {
      if (key === offered) return;
      offered = key;
      view = key === undefined ? NOBODY : { entries: [entryOf(key)] };
    },
  };
}

function entryOf(key: string): AccountsView["entries"][number] {
  const id = `opencode-config-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`;
  return {
    account: {
      id,
      label: "key of opencode's configuration",
      backend: "gemini-api",
      credential: "api-key",
      origin: "opencode",
      enabled: true,
      priority: 0,
      tags: [],
      addedAt: 0,
    },
    credential: { kind: "api-key", key },
  };
}
