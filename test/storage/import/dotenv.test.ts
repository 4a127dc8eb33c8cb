import { expect, test } from "bun:test";
import fc from "fast-check";
import { quoted, quotedJson } from "../../../src/enrol/export-quote";
import { parseDotenv } from "../../../src/storage/import/dotenv";
import { holds } from "../../property/runs";

const read = (text: string) => Object.fromEntries(parseDotenv(text).map(({ name, value }) => [name, value]));

const FORMS: readonly (readonly [what: string, text: string, read: Record<string, string>])[] = [
  ["a plain value", "A=1//abc-d_e", { A: "1//abc-d_e" }],
  ["export, and blanks around", "  export A = b c  \n", { A: "b c" }],
  ["comments", "# A=1\nA=2 # two\nB=x#y\nC= # nothing", { A: "2", B: "x#y", C: "" }],
  ["single quotes are literal", "A='a \"b\" $c \\n # d' # e", { A: 'a "b" $c \\n # d' }],
  ["double quotes know escapes", 'A="a\\n\\"b\\" \\$c \\\\"', { A: 'a\n"b" $c \\' }],
  ["backticks are literal", 'A=`it\'s "so"`', { A: `it's "so"` }],
  ["several lines in quotes", "A='one\ntwo'\nB=3", { A: "one\ntwo", B: "3" }],
  ["CRLF and lone CR", "A=1\r\nB='2'\r\nC=3\rD=4", { A: "1", B: "2", C: "3", D: "4" }],
  ["a byte order mark", "\uFEFFA=1", { A: "1" }],
  ["the last of two counts", "A=1\nB=2\nA=3", { B: "2", A: "3" }],
  ["lines that assign nothing", "hello\n=x\n1A=2\nA.B=3\nA=4", { A: "4" }],
  ["an open quote is a character", "A='x\nB=2", { A: "'x", B: "2" }],
  ["nothing is put in for a name", `A=$HOME\nB="\${A}"`, { A: "$HOME", B: `\${A}` }],
];
test.each(FORMS)("%s", (_, text, expected) => {
  expect(read(text)).toEqual(expected);
});

test("says in which line a value begins and whether its quote is open", () => {
  const places = parseDotenv("# x\nA='1\n2'\n\nB=3\r\nC=\"open").map(({ name, line, isOpen }) => [name, line, isOpen]);
  expect(places).toEqual([
    ["A", 2, false],
    ["B", 5, false],
    ["C", 6, true],
  ]);
});

test("says which lines another value of the same name stood in; a blank or equal one is no loss", () => {
  const found = parseDotenv("A=1\nB=2\nA='3\n4'\nC=\nA=\nC=5\nA=1\nB=2");
  expect(found.map(({ name, value, line, earlier }) => [name, value, line, earlier])).toEqual([
    ["C", "5", 7, undefined],
    ["A", "1", 8, [3]],
    ["B", "2", 9, undefined],
  ]);
});

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("'", '"', "\\", "$", "{", "}", "`", "!", "\n", "\r", "#", " ", "a", "=", "é") }),
);

test("what is quoted is read back, alone and among others", () =>
  holds(
    fc.property(anyText, (value) => {
      const written = quoted(value);
      if (written !== undefined) expect(read(`A=1\nX=${written}\nB=2`)).toEqual({ A: "1", X: value, B: "2" });
    }),
    500,
  ));

test("what cannot be quoted alone is read back as JSON", () =>
  holds(
    fc.property(anyText, (value) => {
      const found = read(`A=1\nX=${quotedJson({ value })}\nB=2`);
      expect(JSON.parse(found["X"] ?? "")).toEqual({ value });
      expect(Object.keys(found)).toEqual(["A", "X", "B"]);
    }),
    500,
  ));

test("never throws, and stays quick on what is made to be slow", () => {
  parseDotenv("A=1\nA=2\n".repeat(50_000));
  for (const piece of ["A=", " ", "'\n", 'A="\n', "A='", "#", "\\", "export "]) parseDotenv(piece.repeat(3_000));
});

test("a shell reads the same, and runs none of it", async () => {
  const values = [
    "it's",
    'say "x"',
    "a b",
    "$(touch x)",
    "`id`",
    "!!",
    "a\\b",
    "#c",
    "~",
    "*",
    "o'brien@example.com",
    "",
  ];
  const lines = values.flatMap((value, index) => {
    const written = quoted(value);
    return [...(written === undefined ? [] : [`V${index}=${written}`]), `J${index}=${quotedJson({ value })}`];
  });
  const names = lines.map((line) => line.split("=")[0] ?? "");
  const script = `${lines.join("\n")}\nfor n in ${names.join(" ")}; do eval "printf '%s\\\\0' \\"\\$$n\\""; done`;
  const shell = Bun.spawn(["sh", "-c", script], { stdout: "pipe", stderr: "pipe", env: {} });
  const [out, complaint] = await Promise.all([new Response(shell.stdout).text(), new Response(shell.stderr).text()]);
  expect(complaint).toBe("");
  const seen = read(lines.join("\n"));
  expect(out.split("\0").slice(0, -1)).toEqual(names.map((name) => seen[name] ?? ""));
});
