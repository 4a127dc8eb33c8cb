import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat } from "../support/pool-world";

test("requests never set a seat up, and look one up only where its project is not known", async () => {
  for (const [more, lookups] of [
    [{}, []],
    [{ project: undefined }, ["load"]],
  ] as const) {
    const world = poolWorld({ accounts: [key("one"), seat(more)], google: GOOGLE });
    for (const session of ["a", "b", "c", "d"]) await world.ask({ session });
    const paths = world.google.calls.map(({ path }) => path);
    expect(paths.filter((path) => ["load", "onboard", "operation"].includes(path))).toEqual([...lookups]);
    expect(paths).toContain("generate");
  }
});

/** An id of an OAuth client and a secret, as Google makes them. */
const ID = /\d{6,}-[a-z0-9]{20,}\.apps\.googleusercontent\.com/;
const SECRET = /GOCSPX-[\w-]{20,}/;

test("no OAuth client that could be Google's is in our sources, tests or papers", () => {
  const files = ["src/**/*", "test/**/*", "bench/**/*", "bin/*", "*.{md,json}"].flatMap((pattern) => [
    ...new Bun.Glob(pattern).scanSync("."),
  ]);
  expect(files.length).toBeGreaterThan(100);
  const found = files.filter((path) => {
    const text = readFileSync(path, "utf8");
    return ID.test(text) || SECRET.test(text);
  });
  expect(found).toEqual([]);
});
