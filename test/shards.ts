import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs the tests in two processes at once, since `bun test` uses one core: `bun test/shards.ts unit|host`. What each says is
 * printed when it is done, so that the two do not mix. Fails where one of them fails.
 */
const HERE = import.meta.dir;
const ROOT = join(HERE, "..");

interface Kind {
  readonly timeoutMs: number;
  /** Paths, of which those that take about half of the time are the first shard. */
  readonly shards: readonly (readonly string[])[];
}

const filesIn = (directory: string): readonly string[] =>
  readdirSync(join(HERE, directory))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${directory}/${name}`);

const isApart = (names: readonly string[]) => (path: string) => names.some((name) => path.includes(name));

/** Those named go to the first shard, all others to the second: nothing is left out. */
function split(paths: readonly string[], first: readonly string[]): Kind["shards"] {
  const belongs = isApart(first);
  return [paths.filter(belongs), paths.filter((path) => !belongs(path))];
}

const rooms = readdirSync(HERE, { withFileTypes: true })
  .filter((each) => (each.isDirectory() ? each.name !== "host" : each.name.endsWith(".test.ts")))
  .map(({ name }) => `./test/${name}${name.endsWith(".ts") ? "" : "/"}`);

const KINDS: Readonly<Record<string, Kind>> = {
  unit: { timeoutMs: 60_000, shards: split(rooms, ["/process/", "/property/", "/scenario/"]) },
  host: { timeoutMs: 120_000, shards: split(filesIn("host"), ["login", "refused", "streams", "conversation"]) },
};

const kind = KINDS[process.argv[2] ?? ""];
if (!kind) throw new Error("which tests? bun test/shards.ts unit|host");

async function run(paths: readonly string[], timeoutMs: number): Promise<number> {
  const command = [process.execPath, "test", "--timeout", String(timeoutMs), ...paths];
  const child = Bun.spawn(command, { cwd: ROOT, stdout: "pipe", stderr: "pipe", env: process.env });
  const [out, told] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  process.stdout.write(out);
  process.stderr.write(told);
  return child.exited;
}

const codes = await Promise.all(kind.shards.map((paths) => run(paths, kind.timeoutMs)));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
