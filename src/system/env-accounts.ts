import { createHash } from "node:crypto";
import type { AccountEntry } from "../ports/account-store";

type Environment = Readonly<Record<string, string | undefined>>;

/** The names that Google's and the AI SDK's own tools read; of equal keys the first name wins. */
const KEY_NAMES = ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"];

const NUMBERED = /^GEMINI_API_KEY_(\d+)$/;

const numberOf = (name: string): number => Number(NUMBERED.exec(name)?.[1]);

const numberedNames = (env: Environment): string[] =>
  Object.keys(env)
    .filter((name) => NUMBERED.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1));

const entryOf = (name: string, key: string): AccountEntry => ({
  account: {
    id: `env-${name}-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`,
    label: name,
    backend: "gemini-api",
    credential: "api-key",
    origin: "environment",
    enabled: true,
    priority: 0,
    tags: [],
    addedAt: 0,
  },
  credential: { kind: "api-key", key },
});

/**
 * The API keys that the user's environment already has, as accounts; nothing of them is copied anywhere.
 * Gaps in GEMINI_API_KEY_1…n do not matter, blank values do not count, and a key under two names is one account.
 */
export function environmentAccounts(env: Environment): AccountEntry[] {
  const byKey = new Map<string, AccountEntry>();
  for (const name of [...KEY_NAMES, ...numberedNames(env)]) {
    const key = env[name]?.trim();
    if (key && !byKey.has(key)) byKey.set(key, entryOf(name, key));
  }
  return [...byKey.values()];
}
