import { dirname, isAbsolute, join } from "node:path";
import type { Files } from "../ports/files";
import { isObject } from "./json";

/** Where to look. `env`: PATH, NPM_CONFIG_PREFIX, PNPM_HOME, APPDATA. */
export interface PackageWorld {
  readonly files: Files;
  readonly home: string;
  readonly env: () => Readonly<Record<string, string | undefined>>;
}

const SCOPE = "@google";
const NAMES: readonly string[] = ["gemini-cli", "gemini-cli-core"];
const COMMAND = "gemini";

/** A command lies at most so deep in its package: `bundle/gemini.js`, `dist/src/gemini.js`. */
const DEEPEST = 4;

/** What throws is as good as not there. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

const isThere = (files: Files, path: string): boolean => attempt(() => files.stat(path)) !== undefined;

function isPackage(files: Files, directory: string): boolean {
  const manifest = attempt<unknown>(() => JSON.parse(files.read(join(directory, "package.json"))));
  return isObject(manifest) && NAMES.some((name) => manifest["name"] === `${SCOPE}/${name}`);
}

/**
 * Where programs are installed for the whole user. What a project brings along (`node_modules/.bin` on the PATH of its scripts,
 * or a relative entry) is not the user's: it could name any client.
 */
function commandDirectories({ env }: PackageWorld): readonly string[] {
  const { PATH = "" } = env();
  const separator = PATH.includes(";") ? ";" : ":";
  const own = PATH.split(separator).filter(
    (each) => isAbsolute(each) && !/(?:^|[\\/])node_modules(?:[\\/]|$)/.test(each),
  );
  return [...new Set(own)];
}

/** The package that a command belongs to, its links followed: npm, bun and Homebrew make links, others small scripts. */
function packageOf(files: Files, command: string): string | undefined {
  if (!isThere(files, command)) return undefined;
  let at = attempt(() => files.resolve(command)) ?? command;
  for (let depth = 0; depth < DEEPEST; depth++) {
    at = dirname(at);
    if (isPackage(files, at)) return at;
  }
  return undefined;
}

/** Where package managers keep what is installed for the whole user; those beside a command of that name first. */
function moduleDirectories(world: PackageWorld, commands: readonly string[]): readonly string[] {
  const { home, env } = world;
  const { NPM_CONFIG_PREFIX, PNPM_HOME, APPDATA } = env();
  const beside = commands
    .filter((each) => isThere(world.files, join(each, COMMAND)) || isThere(world.files, join(each, `${COMMAND}.cmd`)))
    .flatMap((each) => [
      join(each, "node_modules"),
      join(each, "../lib/node_modules"),
      join(each, "global/5/node_modules"),
    ]);
  return [
    ...beside,
    ...(NPM_CONFIG_PREFIX ? [join(NPM_CONFIG_PREFIX, "lib/node_modules")] : []),
    ...(PNPM_HOME ? [join(PNPM_HOME, "global/5/node_modules")] : []),
    ...(APPDATA ? [join(APPDATA, "npm/node_modules")] : []),
    ...HOME_PLACES.map((place) => join(home, place)),
    ...PLACES,
  ];
}

const HOME_PLACES = [
  ".npm-global/lib/node_modules",
  ".bun/install/global/node_modules",
  ".local/share/pnpm/global/5/node_modules",
  "Library/pnpm/global/5/node_modules",
  ".config/yarn/global/node_modules",
];

const PLACES = ["/usr/lib/node_modules", "/usr/local/lib/node_modules", "/opt/homebrew/lib/node_modules"];

/** A package and its core, which lies inside it or beside it. */
const family = (root: string): readonly string[] => [
  root,
  join(root, "node_modules", SCOPE, "gemini-cli-core"),
  join(dirname(root), "gemini-cli-core"),
];

/** The directories of every Gemini CLI that is installed for this user, the one on the PATH first. Never throws. */
export function installedPackages(world: PackageWorld): readonly string[] {
  const { files } = world;
  const directories = commandDirectories(world);
  const named = directories.flatMap((each) => packageOf(files, join(each, COMMAND)) ?? []);
  const placed = moduleDirectories(world, directories)
    .flatMap((each) => NAMES.map((name) => join(each, SCOPE, name)))
    .filter((each) => isPackage(files, each))
    .map((each) => attempt(() => files.resolve(each)) ?? each);
  const all = [...named, ...placed].flatMap(family).filter((each) => isPackage(files, each));
  return [...new Set(all)];
}
