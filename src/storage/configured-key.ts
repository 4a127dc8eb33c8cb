import { createHash } from "node:crypto";
import type { AccountId } from "../core/account";
import type { AccountEntry, AccountSource, AccountsView } from "../ports/account-store";

/** Stands for one directory that opencode has open. */
export type Directory = object;

/**
 * API keys of opencode's own configuration, kept where they are. Each serves the directory it was found in and no other:
 * a cloned project's key must not stand in the path of prompts from elsewhere.
 */
export interface ConfiguredKeys extends AccountSource {
  /** What a directory's configuration says now; undefined: nothing. Returns the account it made of it. */
  offer(directory: Directory, key: string | undefined): AccountId | undefined;
}

/** A source that is empty until a directory offers a key. */
export function createConfiguredKeys(): ConfiguredKeys {
  const offered = new Map<Directory, AccountEntry>();
  let view: AccountsView = { entries: [] };
  return {
    current: () => view,
    offer(directory, key) {
      const entry = key === undefined ? undefined : entryOf(key);
      if (entry) offered.set(directory, entry);
      else offered.delete(directory);
      view = { entries: [...new Map([...offered.values()].map((each) => [each.account.id, each])).values()] };
      return entry?.account.id;
    },
  };
}

function entryOf(key: string): AccountEntry {
  return {
    account: {
      id: `opencode-config-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`,
      label: "key of opencode's configuration",
      backend: "gemini-api",
      credential: "api-key",
      origin: "configuration",
      enabled: true,
      priority: 0,
      tags: [],
      addedAt: 0,
    },
    credential: { kind: "api-key", key },
  };
}
