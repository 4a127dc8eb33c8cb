import type { JsonObject } from "./json";

/**
 * What a decoder fills in. A field that is not there is never set, so that it hides nothing where the object is spread. Optional
 * fields are looked at where they are set, one by one: a start reads every account before anything is warm, and a loop over the
 * fields, or a call for each, makes it a third longer.
 */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** One JSON object that is being read: what is wrong with its fields is collected in `faults`, by name and without their values. */
export interface Fields {
  readonly object: JsonObject;
  readonly faults: string[];
  /** Stands before each name in a fault, e.g. `credential.`. */
  readonly prefix: string;
}

const fault = ({ faults, prefix }: Fields, name: string, words: string): void => {
  faults.push(`${prefix}${name} ${words}`);
};

// A faulty field reads as an empty one.

/** A text that must be there; without the space around it. */
export function text(fields: Fields, name: string): string {
  const value = fields.object[name];
  const found = typeof value === "string" ? value.trim() : "";
  if (found === "")
    fault(fields, name, isText(value) || value === undefined || value === null ? "is missing" : "must be a text");
  return found;
}

/** For an optional field that is not what it must be: a fault, unless nothing stands there. */
export function mustBe(what: "a text" | "a number" | "true or false", fields: Fields, name: string): void {
  const value = fields.object[name];
  if (value !== undefined && value !== null) fault(fields, name, `must be ${what}`);
}

const isText = (value: unknown): value is string => typeof value === "string";

/** A list of texts; an empty one where there is none. */
export function texts(fields: Fields, name: string): readonly string[] {
  const value = fields.object[name];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every(isText)) return value;
  fault(fields, name, "must be a list of texts");
  return [];
}

/** One of the words that are allowed; the first of them where it is none. */
export function oneOf<T extends string>(fields: Fields, name: string, allowed: readonly T[]): T {
  const value = text(fields, name) as T;
  if (allowed.includes(value)) return value;
  if (value) fault(fields, name, `must be one of ${allowed.join(", ")}`);
  return allowed[0] as T;
}
