import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat } from "../support/pool-world";

test("requests never look a seat up or set one up, also where its project is not known", async () => {
  for (const more of [{}, { project: undefined }]) {
    const world = poolWorld({ accounts: [key("one"), seat(more)], google: GOOGLE });
    for (const session of ["a", "b", "c", "d"]) await world.ask({ session });
    const paths = new Set(world.google.calls.map(({ path }) => path));
    expect([...paths].filter((path) => ["load", "onboard", "operation"].includes(path))).toEqual([]);
    expect(paths.has("generate")).toBe(true);
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
