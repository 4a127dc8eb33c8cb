/** Reads one value of unknown shape. What is wrong is said with its place; the result then is worth nothing. */
export type Read<T> = (value: unknown, place: string, problems: string[]) => T;

/** Fields that may be missing are read only where they are there. */
export interface Field<T> {
  readonly read: Read<T>;
  readonly isOptional: boolean;
}

type Fields<T> = { readonly [K in keyof T]-?: Field<Exclude<T[K], undefined>> };

/** A field that must be there. */
export const needed = <T>(read: Read<T>): Field<T> => ({ read, isOptional: false });

/** A field that may be missing. */
export const maybe = <T>(read: Read<T>): Field<T> => ({ read, isOptional: true });

/** An object with these fields and no others. */
export function object<T>(fields: Fields<T>): Read<T> {
  const known = Object.entries(fields) as [string, Field<unknown>][];
  return (value, place, problems) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      problems.push(`${at(place)}: expected an object, found ${nameOf(value)}`);
      return {} as T;
    }
    const given = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(given)) if (!Object.hasOwn(fields, name)) problems.push(unknown(place, name, known));
    const found = known.flatMap(([name, { read, isOptional }]) =>
      given[name] === undefined && isOptional ? [] : [[name, read(given[name], inside(place, name), problems)]],
    );
    return Object.fromEntries(found) as T;
  };
}

const unknown = (place: string, name: string, fields: readonly (readonly [string, unknown])[]): string =>
  `${inside(place, name)}: there is no such field; there are ${fields.map(([each]) => each).join(", ")}`;

/** A list, each element with its number. */
export const list =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (value, place, problems) => {
    if (Array.isArray(value)) return value.map((each, index) => read(each, `${place}[${index}]`, problems));
    problems.push(`${at(place)}: expected a list, found ${nameOf(value)}`);
    return [];
  };

/** A text that is not empty. */
export const text: Read<string> = (value, place, problems) => {
  if (typeof value === "string" && value !== "") return value;
  problems.push(`${at(place)}: expected a text, found ${nameOf(value)}`);
  return "";
};

export const truth: Read<boolean> = (value, place, problems) => {
  if (typeof value === "boolean") return value;
  problems.push(`${at(place)}: expected true or false, found ${nameOf(value)}`);
  return false;
};

/** One of these words. */
export const word =
  <T extends string>(...words: readonly T[]): Read<T> =>
  (value, place, problems) => {
    const found = words.find((each) => each === value);
    if (found === undefined) problems.push(`${at(place)}: expected ${words.join(" or ")}, found ${nameOf(value)}`);
    return found ?? (words[0] as T);
  };

/** A number from `min` to `max`. */
export const number =
  (min: number, max: number): Read<number> =>
  (value, place, problems) => {
    if (typeof value === "number" && value >= min && value <= max) return value;
    problems.push(`${at(place)}: expected a number from ${min} to ${max}, found ${nameOf(value)}`);
    return min;
  };

/** The same without a fraction. */
export const count = (min: number, max: number): Read<number> => {
  const read = number(min, max);
  return (value, place, problems) => {
    if (typeof value !== "number" || Number.isInteger(value)) return read(value, place, problems);
    problems.push(`${at(place)}: expected a whole number, found ${value}`);
    return min;
  };
};

const at = (place: string): string => (place === "" ? "the plan" : place);
const inside = (place: string, name: string): string => (place === "" ? name : `${place}.${name}`);

function nameOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : JSON.stringify(value).slice(0, 40);
}
