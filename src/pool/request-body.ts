import type { SignaturePolicy } from "../ports/upstream";
import type { DispatchParts } from "./errand";

type Readers = Pick<DispatchParts, "hasSignatures" | "isRepairable" | "textChars">;

/** What is asked of a request's body; each is looked for once, and only when it is asked for: bodies are long. */
export class RequestBody {
  readonly #text: string;
  readonly #readers: Readers;
  #signed: boolean | undefined;
  #chars: number | undefined;

  constructor(text: string | undefined, readers: Readers) {
    this.#text = text ?? "";
    this.#readers = readers;
  }

  /** Whether it carries thought signatures; most do not. */
  get isSigned(): boolean {
    this.#signed ??= this.#readers.hasSignatures(this.#text);
    return this.#signed;
  }

  /** What becomes of the signatures in it. */
  policy(wanted: SignaturePolicy, isRepaired: boolean): SignaturePolicy {
    if (isRepaired) return { kind: "replace" };
    return wanted.kind === "keep" || this.isSigned ? wanted : { kind: "keep" };
  }

  /** Whether it may be sent again with its signatures replaced or put in. */
  get isRepairable(): boolean {
    return this.#readers.isRepairable(this.#text);
  }

  /** How many characters its tokens can be estimated from. A field: it is handed on. */
  readonly textChars = (): number => {
    this.#chars ??= this.#readers.textChars(this.#text);
    return this.#chars;
  };
}
