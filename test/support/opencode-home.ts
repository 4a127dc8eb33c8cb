import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** The repository: opencode loads the plugin from here, as it would from an unpacked package. */
export const REPOSITORY = resolve(import.meta.dir, "../..");
const OPENCODE = join(REPOSITORY, "node_modules/.bin/opencode");
/** Nothing listens there: a run that tries to install something fails instead of reaching out. */
const CLOSED_PORT = "http://127.0.0.1:9";
const RUN_LIMIT_MS = 60_000;

/** How a home is furnished. */
export interface HomeOptions {
  /** The emulator. */
  readonly google: string;
  /** Accounts of `gemini-auth.json`. */
  readonly accounts?: readonly object[];
  /** opencode's own auth.json. */
  readonly auth?: object;
  /** Merged into opencode.json. */
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a finished process said. */
export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** A person's machine with opencode and this plugin, in a directory of its own. */
export interface Home {
  readonly root: string;
  env: Record<string, string>;
  readonly accountsFile: string;
  readonly workspace: string;
  readAccounts(): { accounts: Record<string, unknown>[] };
  opencode(args: readonly string[], limits?: { limitMs?: number; until?: () => boolean }): Promise<Finished>;
  /** `gemini-pool …` */
  cli(args: readonly string[], input?: string): Promise<Finished>;
  remove(): void;
}

/** Makes one. Every variable that could name a real credential is left out of its environment. */
export function makeHome(options: HomeOptions): Home {
  const root = mkdtempSync(join(tmpdir(), "gemini-pool-home-"));
  const at = (...parts: string[]) => join(root, ...parts);
  const config = at("config", "opencode");
  const workspace = at("work");
  for (const directory of [
    config,
    at("data", "opencode"),
    at("cache"),
    at("state"),
    workspace,
    join(config, "node_modules"),
  ]) {
    mkdirSync(directory, { recursive: true });
  }
  const writeJson = (path: string, value: unknown) =>
    writeFileSync(path, JSON.stringify(value, null, 2), { mode: 0o600 });
  furnish(config, writeJson, options);
  if (options.auth) writeJson(at("data", "opencode", "auth.json"), options.auth);
  const accountsFile = join(config, "gemini-auth.json");
  const env = environmentOf(root, options);
  const home: Home = {
    root,
    env,
    accountsFile,
    workspace,
    readAccounts: () => JSON.parse(readFileSync(accountsFile, "utf8")),
    opencode: (args, limits = {}) => run([OPENCODE, ...args], { cwd: workspace, env: home.env, ...limits }),
    cli: (args, input) => run([join(REPOSITORY, "bin/gemini-pool"), ...args], { cwd: workspace, env: home.env, input }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  return home;
}

/** opencode installs `@opencode-ai/plugin` into a configuration directory unless its lock file already names it. */
function furnish(config: string, writeJson: (path: string, value: unknown) => void, options: HomeOptions): void {
  const dependencies = { "@opencode-ai/plugin": "1.18.33" };
  writeJson(join(config, "package.json"), { dependencies });
  writeJson(join(config, "package-lock.json"), { lockfileVersion: 3, packages: { "": { dependencies } } });
  const plugin = [pathToFileURL(REPOSITORY).href];
  writeJson(join(config, "opencode.json"), { plugin, share: "disabled", ...options.config });
  writeJson(join(config, "tui.json"), { plugin });
  writeJson(join(config, "gemini-pool.jsonc"), { endpoints: { oauthToken: `${options.google}/token` } });
  if (options.accounts)
    writeJson(join(config, "gemini-auth.json"), { version: 1, accounts: options.accounts, removed: [] });
}

function environmentOf(root: string, { google, env }: HomeOptions): Record<string, string> {
  return {
    PATH: `${join(REPOSITORY, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`,
    HOME: root,
    XDG_CONFIG_HOME: join(root, "config"),
    XDG_DATA_HOME: join(root, "data"),
    XDG_CACHE_HOME: join(root, "cache"),
    XDG_STATE_HOME: join(root, "state"),
    TERM: "xterm-256color",
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    NPM_CONFIG_REGISTRY: CLOSED_PORT,
    GOOGLE_GEMINI_BASE_URL: google,
    CODE_ASSIST_ENDPOINT: google,
    ...env,
  };
}

interface RunOptions {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly input?: string | undefined;
  readonly limitMs?: number;
  /** The process is ended as soon as this is true. */
  readonly until?: (() => boolean) | undefined;
}

async function run(
  command: string[],
  { cwd, env, input, limitMs = RUN_LIMIT_MS, until }: RunOptions,
): Promise<Finished> {
  const began = performance.now();
  const stdin = input === undefined ? ("ignore" as const) : new Blob([input]);
  const limits = { timeout: limitMs, killSignal: "SIGKILL" as const };
  const child = Bun.spawn(command, { cwd, env, stdin, stdout: "pipe", stderr: "pipe", ...limits });
  const watch = setInterval(() => until?.() && child.kill("SIGKILL"), 200);
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  clearInterval(watch);
  return { exitCode: child.exitCode, stdout, stderr, ms: performance.now() - began };
}
