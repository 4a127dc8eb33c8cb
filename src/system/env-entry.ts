import { createHash } from "node:crypto";
import type { Account } from "../core/account";
import type { Credential } from "../core/credential";
import type { AccountEntry } from "../ports/account-store";

/** Names and values of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What an account of the environment has besides its name and credential. */
type Traits = Pick<Account, "backend"> & Partial<Pick<Account, "project" | "location" | "tier">>;

interface Found {
  /** The variable, or the part of its name that several have in common. */
  readonly name: string;
  /** Default: the name. */
  readonly label?: string;
  /** What tells one credential under that name from another: it goes into the id as a short hash. */
  readonly mark: string;
  readonly credential: Credential;
}

/** An account of the environment, stable as long as its credential is the same. */
export const entryOf = ({ name, label = name, mark, credential }: Found, traits: Traits): AccountEntry => ({
  account: {
    id: `env-${name}-${createHash("sha256").update(mark).digest("hex").slice(0, 8)}`,
    label,
    ...traits,
    credential: credential.kind,
    origin: "environment",
    enabled: true,
    priority: 0,
    tags: [],
    addedAt: 0,
    ...(credential.kind === "oauth" && credential.subject !== undefined ? { subject: credential.subject } : {}),
  },
  credential,
});

/** The value without blanks around it; undefined where there is none. */
export const valueIn = (env: Environment, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value) return value;
  }
  return undefined;
};
