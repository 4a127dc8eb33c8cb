import { dirname, join, resolve } from "node:path";
import type { AccountSource, AccountsView } from "../ports/account-store";
import type { Files } from "../ports/files";
import { isObject } from "./json";
import { keyEntry } from "./key-entry";

/** The google API key of opencode's own configuration, as an account that stays where it is. */
export interface HostConfigKey extends AccountSource {
  /** Looks again; opencode itself reads its configuration at its start only. */
  reload(): void;
  /** The address that it has for google, where that is not where the pool would go: keys beside it belong there, not to Google. */
  gateway(): string | undefined;
  /** What to say of that to whoever misses an account. */
  gatewayWords(): string | undefined;
}

interface HostConfigWorld {
  readonly files: Files;
  /** opencode's configuration directory of the user. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** JSON with comments; throws where it is none. */
  readonly parse: (text: string) => unknown;
  /** Where the pool sends calls of the Gemini API. */
  readonly address: () => string;
}

interface Found {
  readonly view: AccountsView;
  readonly gateway: string | undefined;
}

const NAMED = { prefix: "opencode-config", label: "key of opencode.json" };

/** As opencode merges them: the later one wins. */
const NAMES = ["config.json", "opencode.json", "opencode.jsonc"];

/**
 * Reads the user's own configuration only: a key that a cloned project's opencode.json brings along is not the user's, and
 * whoever owns it could follow the prompts that are sent with it. Never throws; a file that cannot be read says nothing.
 */
export function createHostConfigKey(world: HostConfigWorld): HostConfigKey {
  let found: Found | undefined;
  const look = () => {
    found ??= lookIn(world);
    return found;
  };
  return {
    current: () => look().view,
    gateway: () => look().gateway,
    gatewayWords: () => {
      const { gateway } = look();
      return gateway && beside(gateway);
    },
    reload() {
      found = undefined;
    },
  };
}

/** Where a call to `url` would go; the text itself where that is no address. */
function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return url;
  }
}

const beside = (gateway: string): string =>
  `opencode's configuration sends google to ${originOf(gateway)}, so the keys of opencode.json, auth.json and the environment belong there and the pool leaves them alone. To use that address with the pool: "endpoints" in gemini-pool.jsonc, and gemini-pool login for a key. For keys of the environment, which then go to Google: "env": true.`;

function lookIn(world: HostConfigWorld): Found {
  const { files, directory, home, env } = world;
  const [extra, more] = [env["OPENCODE_CONFIG"], env["OPENCODE_CONFIG_DIR"]];
  const namesIn = (each: string) => NAMES.map((name) => join(each, name));
  // As opencode reads them, the later one over the earlier ones.
  const paths = [
    ...namesIn(directory),
    ...(extra ? [extra] : []),
    ...namesIn(join(home, ".opencode")),
    ...(more ? namesIn(more) : []),
  ];
  const content = env["OPENCODE_CONFIG_CONTENT"];
  const sources = [
    ...paths.map((path) => ({ text: textOf(files, path), base: dirname(path) })),
    { text: content || undefined, base: directory },
  ];
  const options = sources.flatMap(({ text, base }) =>
    text === undefined ? [] : [{ base, found: optionsIn(text, world) }],
  );
  const last = (name: string) => options.flatMap(({ found, base }) => textAt(found, name, base, world) ?? []).at(-1);
  const [key, baseURL] = [last("apiKey"), last("baseURL")];
  const isElsewhere = baseURL !== undefined && originOf(baseURL) !== originOf(world.address());
  if (isElsewhere) return { view: { entries: [] }, gateway: baseURL };
  const entries = key === undefined ? [] : [keyEntry(key, NAMED)];
  return { view: { entries }, gateway: undefined };
}

function textOf(files: Files, path: string): string | undefined {
  try {
    return files.stat(path) && files.read(path);
  } catch {
    // opencode says what is wrong with its own configuration.
    return undefined;
  }
}

/** `provider.google.options`, or whatever stands there. */
function optionsIn(text: string, world: HostConfigWorld): unknown {
  let value: unknown;
  try {
    value = world.parse(text);
  } catch {
    return undefined;
  }
  for (const name of ["provider", "google", "options"]) value = isObject(value) ? value[name] : undefined;
  return value;
}

function textAt(options: unknown, name: string, base: string, world: HostConfigWorld): string | undefined {
  const value = isObject(options) ? options[name] : undefined;
  return (typeof value === "string" && filledIn(value, base, world).trim()) || undefined;
}

/** opencode fills in `{env:NAME}` and `{file:path}`, the path beside the file it stands in (https://opencode.ai/docs/config). */
function filledIn(value: string, base: string, { env, home, files }: HostConfigWorld): string {
  return value
    .replace(/\{env:([^}]+)\}/g, (_all, name: string) => env[name] ?? "")
    .replace(/\{file:([^}]+)\}/g, (_all, path: string) => {
      const whole = path.startsWith("~/") ? join(home, path.slice(2)) : resolve(base, path);
      return textOf(files, whole)?.trim() ?? "";
    });
}
