import type { DurationMs } from "../core/account";
import type { Callback, CodeExchange } from "../ports/login";
import type { Cancel, Clock } from "../ports/world";
import { type Returned, readReturn } from "./callback";
import { GIVEN_UP } from "./finish-login";
import { EMPTY_PAGE, type Page, pageOf, STILL_WORKING_PAGE, STRANGE_PAGE } from "./login-pages";
import type { Concluded, LoginEnd } from "./new-login";
import { readPaste } from "./pasted-return";

/** A code as it came; `isBare`: without anything that tells which login it belongs to. */
export type GivenCode = Pick<CodeExchange, "code" | "isBare">;

/** What waiting for an answer works with. */
export interface ReturnWait<T extends Concluded> {
  readonly state: string;
  /** Makes the end of a code; called once at most, never rejects. The signal is the person giving up. */
  finish(code: GivenCode, signal: AbortSignal): Promise<LoginEnd<T>>;
  readonly clock: Clock;
  readonly limitMs: DurationMs;
  readonly signal: AbortSignal | undefined;
}

/** A login that waits for its answer, by whichever way it comes first. */
export interface WaitingReturn<T extends Concluded> {
  readonly done: Promise<LoginEnd<T>>;
  onCallback(callback: Callback): void;
  /** What is wrong with the text; undefined where it was taken. */
  paste(text: string): string | undefined;
  readonly cancel: Cancel;
  isOver(): boolean;
}

/** How long a browser waits for the end before its page sends the person back to the program. */
const PAGE_PATIENCE_MS: DurationMs = 20_000;

const LATE = {
  kind: "late",
  sentence: "Nobody agreed within five minutes, so the login was given up and no account was stored. Start it again.",
} as const;
const TAKEN = "The answer has come already: nothing more is needed.";
const OVER = "This login is over. Start a new one.";

/** Whether a paste only came after the answer: how the login ends is not in it, and it may have gone well. */
export const isLatePaste = (fault: string): boolean => fault === TAKEN || fault === OVER;

/**
 * Waits for the browser or a paste until the time is over. The first answer with the right state counts; whoever comes later
 * gets the same page, and changes nothing. What is not of this login changes nothing either.
 */
export function awaitReturn<T extends Concluded>(wait: ReturnWait<T>): WaitingReturn<T> {
  const { state, clock, signal } = wait;
  const { promise: done, resolve } = Promise.withResolvers<LoginEnd<T>>();
  const givenUp = new AbortController();
  let phase: "waiting" | "taken" | "over" = "waiting";
  let page: Promise<Page> | undefined;

  const settle = (end: LoginEnd<T>): void => {
    if (phase === "over") return;
    phase = "over";
    stopTimer();
    signal?.removeEventListener("abort", cancel);
    page = Promise.resolve(pageOf(end));
    resolve(end);
  };
  // Once the code is being exchanged the end says what became of it: it may be too late to give up.
  const cancel = () => {
    givenUp.abort();
    if (phase === "waiting") settle(GIVEN_UP);
  };
  const take = (code: GivenCode): void => {
    phase = "taken";
    stopTimer();
    const end = wait.finish(code, givenUp.signal);
    page = firstPage(end.then(pageOf), clock);
    void end.then(settle);
  };
  const receive = (returned: Returned): void => {
    if (returned.kind === "code") take(givenCode(returned));
    if (returned.kind === "denied") settle({ kind: "denied", sentence: returned.sentence });
    if (returned.kind === "refused") settle({ kind: "failed", sentence: returned.sentence });
  };
  const stopTimer = clock.after(wait.limitMs, () => settle(LATE));
  if (signal?.aborted) cancel();
  else signal?.addEventListener("abort", cancel, { once: true });

  return {
    done,
    cancel,
    isOver: () => phase === "over",
    paste: (text) => pasted({ phase, state, receive }, text),
    onCallback({ query, answer }) {
      const returned = readReturn(query, state);
      if (returned.kind === "stranger") return answer(STRANGE_PAGE);
      if (phase === "waiting") receive(returned);
      if (page === undefined) return answer(EMPTY_PAGE);
      void page.then(answer);
    },
  };
}

interface Pasting {
  readonly phase: "waiting" | "taken" | "over";
  readonly state: string;
  receive(returned: Returned): void;
}

function pasted({ phase, state, receive }: Pasting, text: string): string | undefined {
  if (phase !== "waiting") return phase === "taken" ? TAKEN : OVER;
  const returned = readPaste(text, state);
  if (returned.kind === "stranger" || returned.kind === "nothing") return returned.sentence;
  receive(returned);
  return undefined;
}

const givenCode = ({ code, isBare }: Extract<Returned, { kind: "code" }>): GivenCode =>
  isBare ? { code, isBare } : { code };

/** The true page, or after a while one that says where it will be. */
function firstPage(page: Promise<Page>, clock: Clock): Promise<Page> {
  return new Promise((resolve) => {
    const cancel = clock.after(PAGE_PATIENCE_MS, () => resolve(STILL_WORKING_PAGE));
    void page.then((made) => {
      cancel();
      resolve(made);
    });
  });
}
