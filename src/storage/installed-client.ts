import { join } from "node:path";
import type { OAuthClient } from "../core/credential";
import type { Files } from "../ports/files";
import type { InstalledClient } from "../ports/login";
import { installedPackages, type PackageWorld } from "./installed-package";

/** What the search needs of the world. */
export type InstalledClientWorld = PackageWorld;

/** Where its sources keep the login, and the directories of its bundles. */
const LOGIN_SCRIPT = "dist/src/code_assist/oauth2.js";
const SCRIPT_DIRECTORIES = ["bundle", "dist"];

const LONGEST_SCRIPT = 20 * 1_048_576;
const MOST_SCRIPTS = 8;

const ID_ENDING = ".apps.googleusercontent.com";

/** An id as a text of its own, up to its ending. */
const ID = /["'`]([0-9]{4,30}-[a-z0-9]{4,64}\.apps\.googleusercontent\.com)$/;

/** The secret stands beside its id, under a name that says so, or without one but in the shape of Google's. */
const SECRETS = [
  /client_?secret\w{0,20}["'`]?\s{0,4}[:=]\s{0,4}["'`]([\w-]{10,100})["'`]/i,
  /["'`](GOCSPX-[\w-]{10,100})["'`]/,
];

/** So far apart at most: in the sources there are comments between the two. */
const NEAR = 1_500;
const LONGEST_ID = 150;

/** The first client of a script that has both parts. Linear in the text. */
export function clientIn(text: string): OAuthClient | undefined {
  for (let at = text.indexOf(ID_ENDING); at >= 0; at = text.indexOf(ID_ENDING, at + 1)) {
    const end = at + ID_ENDING.length;
    const id = ID.exec(text.slice(Math.max(0, at - LONGEST_ID), end))?.[1];
    const after = id === undefined ? "" : text.slice(end, end + NEAR);
    const secret = SECRETS.map((pattern) => pattern.exec(after)?.[1]).find((found) => found !== undefined);
    if (id !== undefined && secret !== undefined) return { id, secret };
  }
  return undefined;
}

interface Script {
  readonly path: string;
  readonly size: number;
}

/** Its few scripts in the order in which they are likely to hold the login: a bundle has most of the program in its largest. */
function scriptsOf(files: Files, root: string): readonly string[] {
  const sized = (path: string): Script[] => {
    const stamp = files.stat(path);
    return stamp && stamp.size <= LONGEST_SCRIPT ? [{ path, size: stamp.size }] : [];
  };
  const bundled = SCRIPT_DIRECTORIES.flatMap((name) =>
    files
      .list(join(root, name))
      .filter((script) => /\.[cm]?js$/.test(script))
      .flatMap((script) => sized(join(root, name, script))),
  ).sort((a, b) => b.size - a.size);
  return [...sized(join(root, LOGIN_SCRIPT)), ...bundled].slice(0, MOST_SCRIPTS).map(({ path }) => path);
}

function clientOf(files: Files, root: string): OAuthClient | undefined {
  try {
    for (const path of scriptsOf(files, root)) {
      const client = clientIn(files.read(path));
      if (client) return client;
    }
  } catch {
    // A package that cannot be read has no client for us.
  }
  return undefined;
}

const HELP = "A client of your own works, too: gemini-pool oauth-client add FILE.json.";
const NOT_INSTALLED = `No Gemini CLI is installed for this user: looked for @google/gemini-cli along PATH and where npm, bun, pnpm, yarn and Homebrew install. ${HELP}`;
const NO_CLIENT = `A Gemini CLI is installed here, but no OAuth client was found in its scripts: this version keeps it elsewhere. ${HELP}`;

/**
 * The OAuth client in the published scripts of a Gemini CLI that is installed for this user. Looks anew at each `find`, which is for
 * when somebody asked for it by name: reads up to 8 scripts of up to 20 MiB per package. Nothing of it is shipped, logged or shown.
 */
export function createInstalledClient(world: InstalledClientWorld): InstalledClient {
  return {
    async find() {
      const roots = installedPackages(world);
      for (const root of roots) {
        const client = clientOf(world.files, root);
        if (client) return { kind: "found", client };
      }
      return { kind: "none", sentence: roots.length === 0 ? NOT_INSTALLED : NO_CLIENT };
    },
  };
}
