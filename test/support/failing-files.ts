import type { Files } from "../../src/ports/files";
import type { MemoryFiles } from "./memory-files";

/** What becomes of one operation, and of those after it. */
export type Fault =
  /** It does nothing and throws; the next ones work again. */
  | { readonly kind: "fails"; readonly code: string }
  /** It and all later ones throw, as on a disk that went read-only. */
  | { readonly kind: "breaks"; readonly code: string }
  /** A write leaves half of the text and throws, as on a full disk; other operations do nothing and throw. */
  | { readonly kind: "fails half-way"; readonly code: string }
  /** The process is killed before it; nothing it does afterwards reaches the disk. */
  | { readonly kind: "dies before" }
  | { readonly kind: "dies after" }
  /** The process is killed while a write is half done. */
  | { readonly kind: "dies half-way" };

/** Thrown by every operation of a process that is dead: its own clean-up must not reach the disk either. */
export class Killed extends Error {}

const failure = (code: string) => Object.assign(new Error(code), { code });

/** The operations that a save is made of; watching is none of them. */
const OPERATIONS = [
  "stat",
  "read",
  "writeNew",
  "rename",
  "copy",
  "remove",
  "makeDirectory",
  "changeMode",
  "syncDirectory",
  "list",
  "resolve",
] as const satisfies readonly (keyof Files)[];

/**
 * One process's view of a shared file system on which its operation number `at` (from 0) meets a fault.
 * `operations` names what was asked for so far: run once without a fault to count them.
 */
export function failingFiles(
  inner: MemoryFiles,
  given?: { readonly at: number; readonly fault: Fault },
): Files & { readonly operations: readonly string[]; readonly killed: () => boolean } {
  const operations: string[] = [];
  let isDead = false;
  let broken: string | undefined;

  const die = (): never => {
    isDead = true;
    throw new Killed("killed");
  };
  const strike = (fault: Fault, name: string, args: readonly unknown[], work: () => unknown): unknown => {
    if (fault.kind === "dies before") return die();
    if (fault.kind === "dies after") {
      work();
      return die();
    }
    const isHalf = fault.kind === "fails half-way" || fault.kind === "dies half-way";
    if (isHalf && name === "writeNew") inner.tear(String(args[0]), String(args[1]), Number(args[2]));
    if (fault.kind === "dies half-way") return die();
    if (fault.kind === "breaks") broken = fault.code;
    throw failure(fault.code);
  };
  const guarded =
    (name: (typeof OPERATIONS)[number]) =>
    (...args: readonly unknown[]): unknown => {
      if (isDead) throw new Killed("killed");
      if (broken) throw failure(broken);
      const work = () => (inner[name] as (...all: readonly unknown[]) => unknown)(...args);
      const isStruck = operations.push(name) - 1 === given?.at;
      return given && isStruck ? strike(given.fault, name, args, work) : work();
    };

  const wrapped = Object.fromEntries(OPERATIONS.map((name) => [name, guarded(name)]));
  return { ...(wrapped as unknown as Files), watch: inner.watch, operations, killed: () => isDead };
}
