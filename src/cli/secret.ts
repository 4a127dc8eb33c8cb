import { TypedLine } from "./typed-line";

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
}

/** Asks a terminal to mark pastes, and no longer to. */
const [MARK_PASTES, LEAVE_PASTES] = ["\u001b[?2004h", "\u001b[?2004l"];
const PASTED = "(pasted, not shown)";

/**
 * Reads one answer: a line, or one paste of several lines. Undefined after Ctrl+C, Ctrl+D or Esc. Leaves the terminal as it was.
 * By keys and not by lines: a terminal's own lines end at a thousand characters on some systems, and an address may be longer.
 */
export function readAnswer(
  question: string,
  { input, output }: SecretTerminal,
  { isHidden, signal }: PromptOptions,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const decoder = new TextDecoder();
    const line = new TypedLine();
    const end = (answer: string | undefined) => {
      input.off("data", onData);
      signal?.removeEventListener("abort", giveUp);
      input.setRawMode(false);
      input.pause();
      output.write(`${LEAVE_PASTES}\n`);
      resolve(answer);
    };
    const giveUp = () => end(undefined);
    const onData = (chunk: Uint8Array) => {
      const { state, echo, isPasted } = line.take(decoder.decode(chunk, { stream: true }));
      const shown = isHidden ? (isPasted ? PASTED : "") : echo;
      if (shown !== "") output.write(shown);
      if (state !== "open") end(state === "entered" ? line.text : undefined);
    };
    output.write(`${MARK_PASTES}${question}`);
    input.setRawMode(true);
    input.on("data", onData);
    input.resume();
    if (signal?.aborted) giveUp();
    else signal?.addEventListener("abort", giveUp, { once: true });
  });
}
