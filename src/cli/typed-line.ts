/** A terminal that is asked to wraps a paste in these, so that the lines of one paste are not taken for Enter. */
const [PASTE_BEGINS, PASTE_ENDS] = ["\u001b[200~", "\u001b[201~"];

const ENTER = new Set(["\r", "\n"]);
const GIVE_UP = new Set(["\u0003", "\u0004", "\u001b"]);
const ERASE = new Set(["\u007f", "\b"]);

/** One key of a keyboard, the sequence of an arrow or a paste's mark, or one character. */
const KEYS = /\u001b\[[0-9;?]*[A-Za-z~]|[\s\S]/gu;

/** Where a piece of input ends within one of them, or with Esc. */
const CUT = /\u001b(?:\[[0-9;?]*)?$/;

/** The key that a piece of input may hold only the beginning of; empty where it ends with a whole one. */
export const cutKey = (input: string): string => CUT.exec(input)?.[0] ?? "";

/** What a piece of input came to. `echo`: what is to be shown for it where the answer may be seen. */
export interface Typed {
  readonly state: "open" | "entered" | "given-up";
  readonly echo: string;
  /** A paste has ended in it. */
  readonly isPasted: boolean;
}

/** A line that is being typed: letter by letter, with corrections, or in one paste, which may have several lines. */
export class TypedLine {
  text = "";
  #isPasting = false;
  readonly #takesLines: boolean;

  /** `takesLines`: Enter does not end the answer, since more lines of an unmarked paste may be behind it; `isLineEnd` says so. */
  constructor(takesLines = false) {
    this.#takesLines = takesLines;
  }

  /** Whether a marked paste has begun and not ended: no key of its text is the person's. */
  get isPasting(): boolean {
    return this.#isPasting;
  }

  /** Whether the answer is over unless something comes at once. */
  get isLineEnd(): boolean {
    return this.#takesLines && !this.#isPasting && this.text.endsWith("\n");
  }

  /** Takes what came in, up to the end of the answer. */
  take(input: string): Typed {
    let [echo, isPasted] = ["", false];
    for (const key of input.match(KEYS) ?? []) {
      if (GIVE_UP.has(key)) return { state: "given-up", echo, isPasted };
      isPasted ||= key === PASTE_ENDS;
      if (this.#ends(key)) return { state: "entered", echo, isPasted };
      echo += this.#add(key);
    }
    return { state: "open", echo, isPasted };
  }

  /** Enter; or the end of a paste that brought its own. */
  #ends(key: string): boolean {
    return key === PASTE_ENDS ? this.text.endsWith("\n") : ENTER.has(key) && !this.#isPasting && !this.#takesLines;
  }

  #add(key: string): string {
    if (key === PASTE_BEGINS || key === PASTE_ENDS) this.#isPasting = key === PASTE_BEGINS;
    if (key.startsWith("\u001b")) return "";
    if (ERASE.has(key)) return this.#erase();
    this.text += ENTER.has(key) ? "\n" : key;
    return ENTER.has(key) ? " " : key;
  }

  #erase(): string {
    const before = this.text;
    this.text = [...before].slice(0, -1).join("");
    return before === "" ? "" : "\b \b";
  }
}
