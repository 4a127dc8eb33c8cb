import { isLatePaste } from "../enrol/login-return";
import type { Conversation } from "../enrol/way";
import type { PendingLogin } from "../ports/login";
import { askOne } from "./ask";
import type { CliIo } from "./command";
import { wrapped } from "./wrapped";

/** How a login's answer may come beside the browser: asked for, or read from standard input. */
export interface Talk {
  readonly isInteractive: boolean;
  readonly readsCode: boolean;
}

/** A conversation at a terminal or in a script. `end`: nothing is waited for any more. */
export interface CliConversation extends Conversation {
  end(): void;
}

const OPENED = "Your browser was opened. If it shows nothing, open this address:";
const TO_OPEN = "Open this address in a browser, here or on another machine:";
const PAGE_FAILS = "If its last page does not load, its address is still the right one to paste.\n";
const WAITING = "Waiting for the browser, five minutes at most.\n";
const PASTE = "Or paste here the address that the browser ended on, then Enter: ";
const INPUT_ENDED = "gemini-pool login: standard input ended without the address.\n";

/** The next answer that somebody brings; undefined: there will be none. */
type NextAnswer = (signal: AbortSignal) => Promise<string | undefined>;

/** Hands in what comes until something fits. False where nothing more can come. */
async function handIn(next: NextAnswer, pending: PendingLogin, io: CliIo, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const text = await next(signal);
    if (signal.aborted) return true;
    if (text === undefined) return false;
    const fault = pending.paste(text);
    if (fault === undefined || isLatePaste(fault)) return true;
    io.stderr(`${wrapped(fault, io.width)}\n`);
  }
  return true;
}

/** Speaks on standard error, so that standard output has the result alone. */
export function converse(io: CliIo, { isInteractive, readsCode }: Talk): CliConversation {
  const givenUp = new AbortController();
  let waiting: AbortController | undefined;
  const end = () => waiting?.abort();

  async function wait(pending: PendingLogin, next: NextAnswer, farewell = ""): Promise<void> {
    waiting = new AbortController();
    try {
      if (await handIn(next, pending, io, waiting.signal)) return;
      io.stderr(farewell);
    } catch (error) {
      io.stderr(`gemini-pool login: ${error instanceof Error ? error.message : String(error)}\n`);
    }
    givenUp.abort();
  }

  return {
    end,
    signal: givenUp.signal,
    open(pending) {
      // The address is one line, however long: a terminal copies it whole then.
      io.stderr(`${pending.isOpened ? OPENED : TO_OPEN}\n\n${pending.url}\n\n`);
      if (!readsCode) io.stderr(isInteractive ? PAGE_FAILS : WAITING);
      if (readsCode) void wait(pending, async () => io.line?.(), INPUT_ENDED);
      else if (isInteractive) void wait(pending, async (signal) => io.secret?.(PASTE, signal));
    },
    progress(sentence) {
      end();
      io.stderr(`${wrapped(sentence, io.width)}\n`);
    },
    async ask(question) {
      end();
      return isInteractive ? askOne(question, io, givenUp.signal) : undefined;
    },
  };
}
