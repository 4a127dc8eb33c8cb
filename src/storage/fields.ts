import type { JsonObject } from "./json";

/** Reads the fields of one JSON object and collects what is wrong with them, by name and without their values. */
export interface Fields {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  optionalNumber(name: string): number | undefined;
  optionalFlag(name: string): boolean | undefined;
  texts(name: string): readonly string[];
  oneOf<T extends string>(name: string, allowed: readonly T[]): T;
}

const KIND_WORDS = { string: "a text", number: "a number", boolean: "true or false" } as const;

/** `prefix` stands before each name in a fault, e.g. `credential.`. A faulty field reads as an empty one; look at `faults`. */
export function fieldsOf(object: JsonObject, faults: string[], prefix = ""): Fields {
  const fault = (name: string, words: string) => void faults.push(`${prefix}${name} ${words}`);

  const optional = <T>(name: string, kind: keyof typeof KIND_WORDS): T | undefined => {
    const value = object[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === kind) return value as T;
    fault(name, `must be ${KIND_WORDS[kind]}`);
    return undefined;
  };

  const text = (name: string): string => {
    const faultCount = faults.length;
    const value = optional<string>(name, "string")?.trim();
    if (!value && faults.length === faultCount) fault(name, "is missing");
    return value ?? "";
  };

  const texts = (name: string): readonly string[] => {
    const value = object[name];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    fault(name, "must be a list of texts");
    return [];
  };

  const oneOf = <T extends string>(name: string, allowed: readonly T[]): T => {
    const value = text(name);
    const found = allowed.find((item) => item === value);
    if (value && !found) fault(name, `must be one of ${allowed.join(", ")}`);
    return found ?? (allowed[0] as T);
  };

  return {
    text,
    texts,
    oneOf,
    optionalText: (name) => optional<string>(name, "string"),
    optionalNumber: (name) => optional<number>(name, "number"),
    optionalFlag: (name) => optional<boolean>(name, "boolean"),
  };
}
