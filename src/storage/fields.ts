import type { JsonObject } from "./json";

const KIND_WORDS = { string: "a text", number: "a number", boolean: "true or false" } as const;

/**
 * Reads the fields of one JSON object and collects what is wrong with them, by name and without their values. A class, because
 * a start reads every account through it before anything is warm.
 */
export class Fields {
  readonly #object: JsonObject;
  readonly #faults: string[];
  readonly #prefix: string;

  constructor(object: JsonObject, faults: string[], prefix: string) {
    this.#object = object;
    this.#faults = faults;
    this.#prefix = prefix;
  }

  text(name: string): string {
    const faultCount = this.#faults.length;
    const value = this.optionalText(name)?.trim();
    if (!value && this.#faults.length === faultCount) this.#fault(name, "is missing");
    return value ?? "";
  }

  optionalText(name: string): string | undefined {
    const value = this.#object[name];
    return typeof value === "string" ? value : this.#absent(name, value, "string");
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#object[name];
    return typeof value === "number" ? value : this.#absent(name, value, "number");
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.#object[name];
    return typeof value === "boolean" ? value : this.#absent(name, value, "boolean");
  }

  texts(name: string): readonly string[] {
    const value = this.#object[name];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    this.#fault(name, "must be a list of texts");
    return [];
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.text(name);
    const found = allowed.find((item) => item === value);
    if (value && !found) this.#fault(name, `must be one of ${allowed.join(", ")}`);
    return found ?? (allowed[0] as T);
  }

  #absent(name: string, value: unknown, kind: keyof typeof KIND_WORDS): undefined {
    if (value !== undefined && value !== null) this.#fault(name, `must be ${KIND_WORDS[kind]}`);
    return undefined;
  }

  #fault(name: string, words: string): void {
    this.#faults.push(`${this.#prefix}${name} ${words}`);
  }
}

/** `prefix` stands before each name in a fault, e.g. `credential.`. A faulty field reads as an empty one; look at `faults`. */
export const fieldsOf = (object: JsonObject, faults: string[], prefix = ""): Fields =>
  new Fields(object, faults, prefix);
