import { join, resolve } from "node:path";
import type { AccountSource, AccountsView } from "../ports/account-store";
import type { Files } from "../ports/files";
import { isObject } from "./json";
import { keyEntry } from "./key-entry";

/** The google API key of opencode's own configuration, as an account that stays where it is. */
export interface HostConfigKey extends AccountSource {
  /** Looks again; opencode itself reads its configuration at its start only. */
  reload(): void;
}

interface HostConfigWorld {
  readonly files: Files;
  /** opencode's configuration directory of the user. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** JSON with comments; throws where it is none. */
  readonly parse: (text: string) => unknown;
}

const NAMED = { prefix: "opencode-config", label: "key of opencode.json" };

/** As opencode merges them: the later one wins. */
const NAMES = ["config.json", "opencode.json", "opencode.jsonc"];

/**
 * Reads the user's own configuration only: a key that a cloned project's opencode.json brings along is not the user's, and
 * whoever owns it could follow the prompts that are sent with it. Never throws; a file that cannot be read says nothing.
 */
export function createHostConfigKey(world: HostConfigWorld): HostConfigKey {
  let view: AccountsView | undefined;
  return {
    current() {
      view ??= viewOf(world);
      return view;
    },
    reload() {
      view = undefined;
    },
  };
}

function viewOf(world: HostConfigWorld): AccountsView {
  const { files, directory, env } = world;
  const more = env["OPENCODE_CONFIG_DIR"];
  const directories = more ? [directory, more] : [directory];
  const paths = directories.flatMap((each) => NAMES.map((name) => join(each, name)));
  const extra = env["OPENCODE_CONFIG"];
  const texts = [...paths, ...(extra ? [extra] : [])].flatMap((path) => textOf(files, path) ?? []);
  const content = env["OPENCODE_CONFIG_CONTENT"];
  const keys = [...texts, ...(content ? [content] : [])].flatMap((text) => keyIn(text, world) ?? []);
  const key = keys.at(-1);
  return { entries: key === undefined ? [] : [keyEntry(key, NAMED)] };
}

function textOf(files: Files, path: string): string | undefined {
  try {
    return files.stat(path) && files.read(path);
  } catch {
    // opencode says what is wrong with its own configuration.
    return undefined;
  }
}

function keyIn(text: string, world: HostConfigWorld): string | undefined {
  let value: unknown;
  try {
    value = world.parse(text);
  } catch {
    return undefined;
  }
  for (const name of ["provider", "google", "options", "apiKey"]) value = isObject(value) ? value[name] : undefined;
  const key = typeof value === "string" ? filledIn(value, world).trim() : "";
  return key === "" ? undefined : key;
}

/** opencode fills in `{env:NAME}` and `{file:path}` (https://opencode.ai/docs/config). */
function filledIn(value: string, { env, home, files, directory }: HostConfigWorld): string {
  return value
    .replace(/\{env:([^}]+)\}/g, (_all, name: string) => env[name] ?? "")
    .replace(/\{file:([^}]+)\}/g, (_all, path: string) => {
      const whole = path.startsWith("~/") ? join(home, path.slice(2)) : resolve(directory, path);
      return textOf(files, whole) ?? "";
    });
}
