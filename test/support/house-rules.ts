import { dirname, join, normalize } from "node:path";
import ts from "typescript";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly rule: string;
  readonly where: string;
}

/** Who may import whom, type-only imports included; what is not listed is forbidden. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ["core"],
  view: ["core"],
  config: ["core"],
  pool: ["core", "ports"],
  enrol: ["core", "ports"],
  simulator: ["core", "ports", "pool"],
  google: ["core", "ports"],
  storage: ["core", "ports"],
  system: ["core", "ports"],
  opencode: ["core", "ports", "pool", "enrol", "view"],
  cli: ["core", "ports", "pool", "enrol", "view", "simulator"],
  tui: ["core", "ports", "enrol", "view"],
  // The parts of src/compose.ts: all that knows every room.
  compose: [
    "core",
    "ports",
    "view",
    "config",
    "pool",
    "enrol",
    "google",
    "storage",
    "system",
    "opencode",
    "cli",
    "tui",
  ],
};
/** Files at the top of src: free to import anything. */
const DOORS = ["server", "tui", "cli", "api", "compose"];
const IMPURE =
  /\b(?:Date\.now|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|process\.env|globalThis\.fetch|console\.|new Date\(\))|(?<![.\w])fetch\((?!\w*:)/;
const IMPURE_MODULES = /^(?:bun:|node:fs|node:child_process|node:net|node:http|node:os$|proper-lockfile)/;
const MAX_FILE_LINES = 250;
const MAX_FUNCTION_LINES = 50;

interface Import {
  readonly specifier: string;
  readonly target: string | undefined;
}

/** Everything in these sources that breaks a rule of the house. */
export function violations(files: readonly SourceFile[]): Violation[] {
  const parsed = files.map((file) => ({ ...file, tree: parse(file), imports: [] as Import[] }));
  for (const file of parsed) file.imports = importsOf(file.path, file.tree);
  return [
    ...parsed.flatMap((file) => [
      ...direction(file.path, file.imports),
      ...purity(file.path, file.tree, file.imports),
      ...sizes(file.path, file.text, file.tree),
      ...doors(file.path, file.tree),
    ]),
    ...cycles(parsed),
  ];
}

const parse = ({ path, text }: SourceFile) => ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
const room = (path: string) => normalize(path).split("/")[1] ?? "";
const isTop = (path: string) => normalize(path).split("/").length === 2;

function importsOf(path: string, tree: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: string) => {
    const target = specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : undefined;
    found.push({ specifier, target });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) add(node.moduleSpecifier.text);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) add(argument.text);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) add(node.argument.literal.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function direction(path: string, imports: readonly Import[]): Violation[] {
  if (isTop(path)) {
    const name = normalize(path).split("/")[1]?.replace(/\.ts$/, "") ?? "";
    return DOORS.includes(name) ? [] : [{ rule: "direction", where: `${path} is no door` }];
  }
  const from = room(path);
  const allowed = MAY_IMPORT[from];
  if (!allowed) return [{ rule: "direction", where: `${path}: unknown room` }];
  return imports
    .filter(({ target }) =>
      target === undefined ? from === "core" : room(target) !== from && !allowed.includes(room(target)),
    )
    .map(({ specifier }) => ({ rule: "direction", where: `${path} → ${specifier}` }));
}

/** Comments and strings may name what code may not. */
function purity(path: string, tree: ts.SourceFile, imports: readonly Import[]): Violation[] {
  const from = room(path);
  if (from === "system") return [];
  const code = codeOnly(tree);
  const impure = IMPURE.exec(code)?.[0];
  const module = imports.find(({ specifier }) => IMPURE_MODULES.test(specifier))?.specifier;
  const waits = from === "core" && /\b(?:async|await|Promise)\b/.test(code);
  return [
    ...(impure ? [{ rule: "purity", where: `${path}: ${impure}` }] : []),
    ...(module ? [{ rule: "purity", where: `${path}: ${module}` }] : []),
    ...(waits ? [{ rule: "core never waits", where: path }] : []),
  ];
}

function codeOnly(tree: ts.SourceFile): string {
  const spans: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isRegularExpressionLiteral(node)) return;
    if (node.getChildCount(tree) === 0) spans.push(node.getText(tree));
    else for (const child of node.getChildren(tree)) visit(child);
  };
  visit(tree);
  return glued(spans);
}

/** Tokens glued so that `Date.now` stays one word and words stay apart. */
function glued(tokens: readonly string[]): string {
  let text = "";
  for (const token of tokens) {
    const glue = /\w$/.test(text) && /^\w/.test(token) ? " " : "";
    text += glue + token;
  }
  return text;
}

function sizes(path: string, text: string, tree: ts.SourceFile): Violation[] {
  const found: Violation[] = [];
  const lines = text.replace(/\n$/, "").split("\n").length;
  if (lines > MAX_FILE_LINES) found.push({ rule: "file length", where: `${path}: ${lines} lines` });
  const line = (at: number) => tree.getLineAndCharacterOfPosition(at).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const length = line(node.end) - line(node.getStart(tree)) + 1;
      const where = `${path}:${line(node.getStart(tree)) + 1}: ${length} lines`;
      if (length > MAX_FUNCTION_LINES) found.push({ rule: "function length", where });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The host takes one default export with two properties and disables a plugin that has more. */
const DOOR_KEYS: Readonly<Record<string, readonly string[]>> = {
  "src/server.ts": ["id", "server"],
  "src/tui.ts": ["id", "tui"],
};

function doors(path: string, tree: ts.SourceFile): Violation[] {
  const keys = DOOR_KEYS[normalize(path)];
  const defaults = tree.statements.filter(ts.isExportAssignment);
  if (!keys) return defaults.map(() => ({ rule: "default export", where: path }));
  const exported = tree.statements.filter(
    (statement) =>
      ts.isExportDeclaration(statement) ||
      (ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)),
  );
  const [only] = defaults;
  const value = only?.expression;
  const object = value && (ts.isSatisfiesExpression(value) ? value.expression : value);
  const names =
    object && ts.isObjectLiteralExpression(object)
      ? object.properties.map((property) => property.name?.getText(tree) ?? "")
      : [];
  const right = defaults.length === 1 && exported.length === 0 && names.join() === keys.join();
  return right ? [] : [{ rule: "door", where: `${path}: one default export { ${keys.join(", ")} }` }];
}

function cycles(files: readonly { path: string; imports: readonly Import[] }[]): Violation[] {
  const byName = new Map(files.map((file) => [normalize(file.path).replace(/(?:\/index)?\.ts$/, ""), file]));
  const state = new Map<string, "open" | "done">();
  const found: Violation[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    if (state.get(name) === "open") {
      found.push({ rule: "cycle", where: [...trail.slice(trail.indexOf(name)), name].join(" → ") });
      return;
    }
    if (state.has(name)) return;
    state.set(name, "open");
    for (const { target } of byName.get(name)?.imports ?? []) {
      if (target !== undefined && byName.has(target)) visit(target, [...trail, name]);
    }
    state.set(name, "done");
  };
  for (const name of byName.keys()) visit(name, []);
  return found;
}

/** What is aimed at and printed, never enforced. */
export interface Measure {
  readonly fileMedian: number;
  readonly functionMedian: number;
  readonly deepestNesting: number;
}

/** Medians in lines, and how deep blocks stand inside one function. */
export function measure(files: readonly SourceFile[]): Measure {
  const lengths: number[] = [];
  let deepestNesting = 0;
  for (const file of files) {
    const tree = parse(file);
    const line = (at: number) => tree.getLineAndCharacterOfPosition(at).line;
    const visit = (node: ts.Node, depth: number): void => {
      const begins = ts.isFunctionLike(node) && "body" in node && node.body;
      if (begins) lengths.push(line(node.end) - line(node.getStart(tree)) + 1);
      const nests = ts.isIfStatement(node) || ts.isIterationStatement(node, false) || ts.isTryStatement(node);
      const here = begins ? 0 : depth + (nests ? 1 : 0);
      deepestNesting = Math.max(deepestNesting, here);
      ts.forEachChild(node, (child) => visit(child, here));
    };
    visit(tree, 0);
  }
  const fileLengths = files.map(({ text }) => text.trimEnd().split("\n").length);
  return { fileMedian: middle(fileLengths), functionMedian: middle(lengths), deepestNesting };
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
