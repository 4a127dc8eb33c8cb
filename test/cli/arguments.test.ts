import { expect, test } from "bun:test";
import { parseArguments } from "../../src/cli/arguments";

const SPECS = [
  { name: "key", value: "-", summary: "" },
  { name: "json", summary: "" },
];
const values = (...argv: string[]) => {
  const parsed = parseArguments(argv, SPECS);
  return parsed.kind === "ok" ? parsed.values : parsed.sentence;
};

test("reads values attached and apart, and the last of two counts", () => {
  expect(values("--key", "-", "--json")).toEqual({ key: "-", json: true });
  expect(values("--key=a=b")).toEqual({ key: "a=b" });
  expect(values("--key=a", "--key", "b")).toEqual({ key: "b" });
  expect(values("--key=--odd")).toEqual({ key: "--odd" });
  expect(values()).toEqual({});
});

test("names what is wrong", () => {
  expect(values("--key")).toBe("--key needs a value: --key -");
  expect(values("-x")).toBe("There is no option -x.");
  expect(values("--kye", "-")).toBe("There is no option --kye. Did you mean --key?");
});

test("one word without a name, where a command takes one; - is such a word", () => {
  const operand = { name: "file", value: "FILE", summary: "" };
  const specs = [{ name: "json", summary: "" }];
  expect(parseArguments(["-", "--json"], specs, operand)).toEqual({ kind: "ok", values: { file: "-", json: true } });
  expect(parseArguments(["--json", "a.env"], specs, operand)).toMatchObject({ values: { file: "a.env" } });
  expect(parseArguments(["a", "b"], specs, operand)).toMatchObject({ sentence: "There is an argument too many." });
  expect(parseArguments(["-x"], specs, operand)).toMatchObject({ kind: "wrong" });
  expect(parseArguments([], specs, operand)).toEqual({ kind: "ok", values: {} });
});
