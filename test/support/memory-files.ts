import { basename, dirname } from "node:path";
import type { Files } from "../../src/ports/files";

interface Node {
  text: string;
  mtimeMs: number;
  inode: number;
  mode: number;
}

/** A file system in memory, with faults on demand, power cuts and a log of what was written. */
export interface MemoryFiles extends Files {
  /** Makes this operation fail with Node's `code` from now on; `undefined` heals it. */
  fail(operation: keyof Files, code: string | undefined): void;
  /** Writes as an editor or another process would: it is on the disk for good. */
  put(path: string, text: string, mode?: number): void;
  /** Sets the time of the last change. */
  touch(path: string, mtimeMs: number): void;
  /** What a write leaves that was cut off: the first half, not synced. */
  tear(path: string, text: string, mode: number): void;
  /**
   * A name that was made, moved or removed since its directory was last synced is on the disk only if `survives` says so;
   * what is not, is as it was.
   */
  powerCut(survives: (path: string) => boolean): void;
  /** All paths of files, sorted. */
  paths(): string[];
  /** The operations so far, e.g. `rename /a → /b`. */
  readonly log: string[];
}

const failure = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code });

/** What the names of a file system lead to: now, and after a power cut. */
function createNames() {
  const now = new Map<string, Node>();
  const durable = new Map<string, Node>();
  const keep = (path: string, node: Node | undefined) => void (node ? durable.set(path, node) : durable.delete(path));
  const changed = () =>
    [...new Set([...now.keys(), ...durable.keys()])].filter((path) => now.get(path) !== durable.get(path));
  return {
    now,
    sync: (directory: string) => {
      for (const path of changed()) if (dirname(path) === directory) keep(path, now.get(path));
    },
    cut: (survives: (path: string) => boolean) => {
      for (const path of changed()) if (survives(path)) keep(path, now.get(path));
      now.clear();
      for (const [path, node] of durable) now.set(path, node);
    },
  };
}

export function memoryFiles(): MemoryFiles {
  const names = createNames();
  const nodes = names.now;
  const directories = new Map<string, Node>([["/", { text: "", mtimeMs: 0, inode: 0, mode: 0o755 }]]);
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
  const newNode = (text: string, mode: number): Node => {
    tick += 1;
    return { text, mode, inode: tick, mtimeMs: tick };
  };
  const store = (path: string, text: string, mode: number) => {
    nodes.set(path, newNode(text, mode));
    tell(path);
  };
  const makeDirectory = (path: string, mode: number) => {
    for (let at = path; !directories.has(at); at = dirname(at)) directories.set(at, newNode("", mode));
  };
  const create = (path: string, text: string, mode: number) => {
    if (nodes.has(path)) throw failure("EEXIST", path);
    if (!directories.has(dirname(path))) throw failure("ENOENT", path);
    log.push(`writeNew ${path}`);
    store(path, text, mode);
  };

  return {
    log,
    fail: (operation, code) => void (code ? faults.set(operation, code) : faults.delete(operation)),
    put: (path, text, mode = 0o600) => {
      makeDirectory(dirname(path), 0o755);
      store(path, text, mode);
      names.sync(dirname(path));
    },
    touch: (path, mtimeMs) => {
      need(path).mtimeMs = mtimeMs;
    },
    tear: (path, text, mode) => create(path, text.slice(0, text.length >> 1), mode),
    powerCut: names.cut,
    watch: (path, listener) => {
      const here = listeners.get(path) ?? new Set();
      listeners.set(path, here.add(listener));
      return () => void here.delete(listener);
    },
    paths: () => [...nodes.keys()].sort(),
    stat: (path) => {
      guard("stat", path);
      const node = nodes.get(path) ?? directories.get(path);
      return node && { size: Buffer.byteLength(node.text), mtimeMs: node.mtimeMs, inode: node.inode, mode: node.mode };
    },
    read: (path) => {
      guard("read", path);
      log.push(`read ${path}`);
      return need(path).text;
    },
    writeNew: (path, text, mode) => {
      guard("writeNew", path);
      create(path, text, mode);
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
    makeDirectory: (path, mode) => {
      guard("makeDirectory", path);
      makeDirectory(path, mode);
    },
    changeMode: (path, mode) => {
      guard("changeMode", path);
      log.push(`changeMode ${path}`);
      (directories.get(path) ?? need(path)).mode = mode;
    },
    syncDirectory: (path) => {
      guard("syncDirectory", path);
      names.sync(path);
    },
    list: (path) => {
      guard("list", path);
      return [...nodes.keys()].filter((node) => dirname(node) === path).map((node) => basename(node));
    },
    resolve: (path) => {
      guard("resolve", path);
      return path;
    },
  };
}
