import { PoolError } from "../core/errors";
import type { Files } from "../ports/files";
import type { Clock } from "../ports/world";
import {
  type AccountsDocument,
  type DocumentFault,
  EMPTY_DOCUMENT,
  isFault,
  type LossFault,
  lossFault,
  parseDocument,
} from "./accounts-document";
import { type Reading, watchText } from "./watched-text";

const unreadable = (code: string): DocumentFault => ({
  code: "store/unreadable",
  what: `cannot be read (${code})`,
  sentence: `cannot be read (${code}). Check the permissions of the file and its directory.`,
});

/** What a reading holds, or why it cannot be used; a missing file is an empty one. */
export const documentOf = (reading: Reading): AccountsDocument | DocumentFault => {
  if (reading.kind === "missing") return EMPTY_DOCUMENT;
  return reading.kind === "text" ? parseDocument(reading.text) : unreadable(reading.code);
};

/** What is wrong with the file at `path`, as a sentence. */
export const faultSentence = (path: string, fault: DocumentFault): string => `${path} ${fault.sentence}`;

/** The file as it is on the disk now, past every cache. */
export interface OnDisk {
  readonly reading: Reading;
  readonly document: AccountsDocument | DocumentFault;
  /** The document can be read, but whoever writes it would lose something. */
  readonly loss?: LossFault;
}

interface ReadingWorld {
  readonly files: Files;
  readonly clock: Clock;
}

/** Reads past the cache: under the lock only what is on disk counts. Never throws. */
export function readOnDisk({ files, clock }: ReadingWorld, path: string): OnDisk {
  const reading = watchText({ files, clock, path })();
  const document = documentOf(reading);
  const loss = reading.kind === "text" && !isFault(document) ? lossFault(reading.text) : undefined;
  return { reading, document, ...(loss === undefined ? {} : { loss }) };
}

/** The same for whoever wants to write: throws PoolError where the file cannot be used. */
export function readToChange(world: ReadingWorld, path: string): { reading: Reading; document: AccountsDocument } {
  const { reading, document, loss } = readOnDisk(world, path);
  if (loss) throw new PoolError(loss.code, faultSentence(path, loss));
  if (isFault(document)) throw new PoolError(document.code, faultSentence(path, document));
  return { reading, document };
}
