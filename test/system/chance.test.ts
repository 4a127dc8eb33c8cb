import { expect, test } from "bun:test";
import { systemChance } from "../../src/system/chance";

test("ids differ and fit into file names", () => {
  const ids = new Set(Array.from({ length: 1_000 }, () => systemChance.id()));
  expect(ids.size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{12}$/);
});

test("random numbers lie between 0 and 1", () => {
  const number = systemChance.random();
  expect(number).toBeGreaterThanOrEqual(0);
  expect(number).toBeLessThan(1);
});
