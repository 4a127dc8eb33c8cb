import { basename, dirname } from "node:path";
import type { Files } from "../../src/ports/files";

interface Node {
  text: string;
  mtimeMs: number;
  inode: number;
  mode: number;
}

/** A file system in memory, with faults on demand and a log of what was written. */
export interface MemoryFiles extends Files {
  /** Makes this operation fail with Node's `code` from now on; `undefined` heals it. */
  fail(operation: keyof Files, code: string | undefined): void;
  /** Writes as an editor or another process would. */
  put(path: string, text: string, mode?: number): void;
  /** All paths, sorted. */
  paths(): string[];
  /** The operations so far, e.g. `rename /a → /b`. */
  readonly log: string[];
}

const failure = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code });

export function memoryFiles(): MemoryFiles {
  const nodes = new Map<string, Node>();
  const directories = new Set<string>(["/"]);
  const faults = new Map<string, string>();
  const log: string[] = [];
  const listeners = new Map<string, Set<() => void>>();
  let tick = 0;

  const tell = (path: string) => {
    for (const listener of listeners.get(dirname(path)) ?? []) listener();
  };
  const guard = (operation: keyof Files, path: string) => {
    const code = faults.get(operation);
    if (code) throw failure(code, path);
  };
  const need = (path: string): Node => {
    const node = nodes.get(path);
    if (!node) throw failure("ENOENT", path);
    return node;
  };
  const store = (path: string, text: string, mode: number) => {
    tick += 1;
    nodes.set(path, { text, mode, inode: tick, mtimeMs: tick });
    tell(path);
  };

  return {
    log,
    fail: (operation, code) => void (code ? faults.set(operation, code) : faults.delete(operation)),
    put: (path, text, mode = 0o600) => {
      directories.add(dirname(path));
      store(path, text, mode);
    },
    watch: (path, listener) => {
      const here = listeners.get(path) ?? new Set();
      listeners.set(path, here.add(listener));
      return () => void here.delete(listener);
    },
    paths: () => [...nodes.keys()].sort(),
    stat: (path) => {
      guard("stat", path);
      const node = nodes.get(path);
      return node && { size: Buffer.byteLength(node.text), mtimeMs: node.mtimeMs, inode: node.inode, mode: node.mode };
    },
    read: (path) => {
      guard("read", path);
      log.push(`read ${path}`);
      return need(path).text;
    },
    writeNew: (path, text, mode) => {
      guard("writeNew", path);
      if (nodes.has(path)) throw failure("EEXIST", path);
      if (!directories.has(dirname(path))) throw failure("ENOENT", path);
      log.push(`writeNew ${path}`);
      store(path, text, mode);
    },
    rename: (from, to) => {
      guard("rename", from);
      log.push(`rename ${from} → ${to}`);
      nodes.set(to, need(from));
      nodes.delete(from);
      tell(to);
    },
    copy: (from, to, mode) => {
      guard("copy", from);
      log.push(`copy ${from} → ${to}`);
      store(to, need(from).text, mode);
    },
    remove: (path) => {
      guard("remove", path);
      log.push(`remove ${path}`);
      nodes.delete(path);
    },
    makeDirectory: (path) => {
      guard("makeDirectory", path);
      for (let at = path; !directories.has(at); at = dirname(at)) directories.add(at);
    },
    syncDirectory: (path) => guard("syncDirectory", path),
    list: (path) => {
      guard("list", path);
      return [...nodes.keys()].filter((node) => dirname(node) === path).map((node) => basename(node));
    },
    resolve: (path) => path,
  };
}
