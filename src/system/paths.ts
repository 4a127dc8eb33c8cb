import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where everything lives; absolute paths, nothing of it need exist. */
export interface PoolPaths {
  readonly home: string;
  readonly configDirectory: string;
  /** Accounts and their credentials. */
  readonly accountsFile: string;
  /** The user's options and routes. */
  readonly optionsFile: string;
  readonly stateDirectory: string;
  /** What the pool has learnt. */
  readonly stateDatabase: string;
  /** opencode's own configuration, which we only read. */
  readonly hostConfigDirectory: string;
  /** opencode's own credentials, which we only read. */
  readonly hostAuthFile: string;
}

/**
 * The same directories as opencode's (XDG names on every system), so that a user finds our files beside its own.
 * Only GEMINI_POOL_CONFIG_DIR moves the configuration: OPENCODE_CONFIG_DIR is an additional directory, not the home.
 */
export function poolPaths(env: Environment, home: string = env["HOME"] || homedir()): PoolPaths {
  const below = (variable: string, ...fallback: string[]) => join(env[variable] || join(home, ...fallback), "opencode");
  const hostConfigDirectory = below("XDG_CONFIG_HOME", ".config");
  const configDirectory = env["GEMINI_POOL_CONFIG_DIR"] || hostConfigDirectory;
  const stateDirectory = below("XDG_STATE_HOME", ".local", "state");
  return {
    home,
    configDirectory,
    accountsFile: join(configDirectory, "gemini-auth.json"),
    optionsFile: join(configDirectory, "gemini-pool.jsonc"),
    stateDirectory,
    stateDatabase: join(stateDirectory, "gemini-pool.db"),
    hostConfigDirectory,
    hostAuthFile: join(below("XDG_DATA_HOME", ".local", "share"), "auth.json"),
  };
}
