import type { DurationMs } from "../core/account";
import type { Cancel, Clock } from "../ports/world";
import { cutKey, type Typed, TypedLine } from "./typed-line";

/** The part of a terminal's input that a prompt needs. */
export interface SecretInput {
  setRawMode(raw: boolean): unknown;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  off(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** The terminal of a prompt. */
export interface SecretTerminal {
  readonly input: SecretInput;
  readonly output: { write(text: string): unknown };
}

/** How a prompt is held. `signal` ends it as if the person had given up. */
export interface PromptOptions {
  readonly isHidden: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly clock: Pick<Clock, "after">;
}

/** Asks a terminal to mark pastes, and no longer to. */
const [MARK_PASTES, LEAVE_PASTES] = ["\u001b[?2004h", "\u001b[?2004l"];
const PASTED = "(pasted, not shown)";

/** What one paste brings comes closer together than what a person types. */
const TOGETHER_MS: DurationMs = 50;
const ESC = "\u001b";

/**
 * Reads one answer: a line, or one paste of several lines. Undefined after Ctrl+C, Ctrl+D or Esc. Leaves the terminal as it was.
 * By keys and not by lines: a terminal's own lines end at a thousand characters on some systems, and an address may be longer.
 * Where a terminal does not mark pastes, what comes right behind Enter is of the same hidden answer: the next question may show it.
 */
export function readAnswer(
  question: string,
  { input, output }: SecretTerminal,
  { isHidden, signal, clock }: PromptOptions,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const decoder = new TextDecoder();
    const line = new TypedLine(isHidden);
    let cut = "";
    let stopWaiting: Cancel = () => {};
    const end = (answer: string | undefined) => {
      stopWaiting();
      input.off("data", onData);
      signal?.removeEventListener("abort", giveUp);
      input.setRawMode(false);
      input.pause();
      output.write(`${LEAVE_PASTES}\n`);
      resolve(answer);
    };
    const giveUp = () => end(undefined);
    const take = (text: string): Typed["state"] => {
      const { state, echo, isPasted } = line.take(text);
      const shown = isHidden ? (isPasted ? PASTED : "") : echo;
      if (shown !== "") output.write(shown);
      if (state !== "open") end(state === "entered" ? line.text : undefined);
      return state;
    };
    const onData = (chunk: Uint8Array) => {
      stopWaiting();
      const text = cut + decoder.decode(chunk, { stream: true });
      cut = cutKey(text);
      if (take(text.slice(0, text.length - cut.length)) !== "open") return;
      if (cut === ESC && !line.isPasting) stopWaiting = clock.after(TOGETHER_MS, () => take(cut));
      if (cut === "" && line.isLineEnd)
        stopWaiting = clock.after(TOGETHER_MS, () => end(line.text.replace(/\n+$/, "")));
    };
    output.write(`${MARK_PASTES}${question}`);
    input.setRawMode(true);
    input.on("data", onData);
    input.resume();
    if (signal?.aborted) giveUp();
    else signal?.addEventListener("abort", giveUp, { once: true });
  });
}
