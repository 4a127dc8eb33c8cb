import { join } from "node:path";
import { redact } from "../core/redact";
import type { Files } from "../ports/files";
import { asRecord, type Loose, parseJson } from "./errors/loose";

/** A file with credentials of Google's, read, or what is wrong with it in words that name the file and the next step. */
export type SecretFile =
  | { readonly kind: "fields"; readonly fields: Loose }
  | { readonly kind: "wrong"; readonly sentence: string };

/** What people write for their home directory. */
export const atHome = (path: string, home: string): string =>
  path.startsWith("~/") ? join(home, path.slice(2)) : path;

/** A path as it may be shown: it can hold an e-mail address. */
export const shown = (path: string): string => redact(path);

const wrong = (sentence: string): SecretFile => ({ kind: "wrong", sentence });

/** Reads such a file. `next` is what helps where it is missing. Never throws and never quotes what is in it. */
export function readSecretFile(files: Files, path: string, next: string): SecretFile {
  const name = shown(path);
  let text: string;
  try {
    text = files.read(path);
  } catch (error) {
    const code = String((error as { code?: unknown } | undefined)?.code ?? "unknown error");
    if (code === "ENOENT" || code === "ENOTDIR") return wrong(`The file ${name} does not exist. ${next}`);
    if (code === "EISDIR") return wrong(`${name} is a directory, not a file. ${next}`);
    return wrong(`The file ${name} cannot be read (${code}). Make it readable for yourself.`);
  }
  const fields = asRecord(parseJson(text.replace(/^\uFEFF/, "")));
  if (fields === undefined)
    return wrong(`The file ${name} holds no JSON object, so it is no credentials file. ${next}`);
  return { kind: "fields", fields };
}

/** Tells one version of a file from the next. Never throws. */
export function fileVersion(files: Files, path: string): string {
  try {
    const stamp = files.stat(path);
    return stamp ? `${path} ${stamp.inode} ${stamp.mtimeMs} ${stamp.size}` : `${path} missing`;
  } catch {
    return `${path} out of reach`;
  }
}
