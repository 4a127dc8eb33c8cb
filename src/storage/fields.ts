import type { JsonObject } from "./json";

/** One JSON object that is being read: what is wrong with its fields is collected in `faults`, by name and without their values. */
export interface Fields {
  readonly object: JsonObject;
  readonly faults: string[];
  /** Stands before each name in a fault, e.g. `credential.`. */
  readonly prefix: string;
}

const fault = ({ faults, prefix }: Fields, name: string, words: string): undefined => {
  faults.push(`${prefix}${name} ${words}`);
  return undefined;
};

// Plain functions of one step each: a start reads every account through them before anything is warm, and a class with
// private fields takes a quarter longer then. A faulty field reads as an empty one.

/** A text that must be there; without the space around it. */
export function text(fields: Fields, name: string): string {
  const value = fields.object[name];
  const isText = typeof value === "string";
  const found = isText ? value.trim() : "";
  if (found === "")
    fault(fields, name, isText || value === undefined || value === null ? "is missing" : "must be a text");
  return found;
}

/** A text, or undefined. */
export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields.object[name];
  if (typeof value === "string") return value;
  return value === undefined || value === null ? undefined : fault(fields, name, "must be a text");
}

/** A number, or undefined. */
export function optionalNumber(fields: Fields, name: string): number | undefined {
  const value = fields.object[name];
  if (typeof value === "number") return value;
  return value === undefined || value === null ? undefined : fault(fields, name, "must be a number");
}

/** True, false or undefined. */
export function optionalFlag(fields: Fields, name: string): boolean | undefined {
  const value = fields.object[name];
  if (typeof value === "boolean") return value;
  return value === undefined || value === null ? undefined : fault(fields, name, "must be true or false");
}

/** A list of texts; an empty one where there is none. */
export function texts(fields: Fields, name: string): readonly string[] {
  const value = fields.object[name];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
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
