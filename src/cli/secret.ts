/** The part of a terminal's input that a hidden prompt needs. */
export interface SecretInput {
  setRawMode(raw: boolean): unknown;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  off(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** The terminal of a hidden prompt. */
export interface SecretTerminal {
  readonly input: SecretInput;
  readonly output: { write(text: string): unknown };
}

const ENTER = new Set(["\r", "\n"]);
const GIVE_UP = new Set(["\u0003", "\u0004", "\u001b"]);
const ERASE = new Set(["\u007f", "\b"]);
/** Terminals wrap what is pasted in these. */
const PASTE_MARKS = /\u001b\[20[01]~/g;

/** Reads one line without showing it. Undefined after Ctrl+C, Ctrl+D or Esc. Leaves the terminal as it was. */
export function readSecret(question: string, { input, output }: SecretTerminal): Promise<string | undefined> {
  return new Promise((resolve) => {
    let typed = "";
    const end = (answer: string | undefined) => {
      input.off("data", onData);
      input.setRawMode(false);
      input.pause();
      output.write("\n");
      resolve(answer);
    };
    const onData = (chunk: Uint8Array) => {
      for (const character of new TextDecoder().decode(chunk).replace(PASTE_MARKS, "")) {
        if (ENTER.has(character)) return end(typed);
        if (GIVE_UP.has(character)) return end(undefined);
        typed = ERASE.has(character) ? typed.slice(0, -1) : typed + character;
      }
    };
    output.write(question);
    input.setRawMode(true);
    input.on("data", onData);
    input.resume();
  });
}
