import { expect, test } from "bun:test";
import { remade } from "../../src/pool/remade";

test("is made once for as long as its source answers with the same object", () => {
  let from = { name: "a" };
  const made: string[] = [];
  const get = remade(
    () => from,
    ({ name }, before: string | undefined) => {
      made.push(`${before ?? "-"}→${name}`);
      return name;
    },
  );
  expect([get(), get()]).toEqual(["a", "a"]);
  from = { name: "b" };
  expect([get(), get()]).toEqual(["b", "b"]);
  expect(made).toEqual(["-→a", "a→b"]);
});

test("a source that answers with nothing is no reason to make it again", () => {
  let count = 0;
  const get = remade(
    () => undefined,
    () => ++count,
  );
  expect([get(), get()]).toEqual([1, 1]);
});
