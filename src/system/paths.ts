import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

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

const absolute = (path: string | undefined): string | undefined => (path && isAbsolute(path) ? path : undefined);

/** `~` is the shell's to expand, but not in quotes. */
const fromHome = (path: string | undefined, home: string): string | undefined =>
  absolute(path) ?? (path ? join(home, path.replace(/^~(?=\/|$)/, "")) : undefined);

/**
 * The same directories as opencode's (XDG names on every system), so that a user finds our files beside its own.
 * Only GEMINI_POOL_CONFIG_DIR moves the configuration: OPENCODE_CONFIG_DIR is an additional directory, not the home.
 * None leads below the current directory, where a cloned project could bring options and accounts: a relative XDG variable is
 * ignored, as the XDG Base Directory Specification has it, and a relative GEMINI_POOL_CONFIG_DIR begins at the home directory.
 */
export function poolPaths(env: Environment, home: string = env["HOME"] || homedir()): PoolPaths {
  const below = (variable: string, ...fallback: string[]) =>
    join(absolute(env[variable]) ?? join(home, ...fallback), "opencode");
  const hostConfigDirectory = below("XDG_CONFIG_HOME", ".config");
  const configDirectory = fromHome(env["GEMINI_POOL_CONFIG_DIR"], home) ?? hostConfigDirectory;
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
