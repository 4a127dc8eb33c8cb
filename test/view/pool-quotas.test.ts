import { expect, test } from "bun:test";
import { poolQuotas } from "../../src/view/pool-quotas";
import { aQuota } from "../support/builders";
import { anAccountSnapshot, aPool } from "./pool";

test("groups by generation, newest first, names in order, unknown names last", () => {
  const groups = ["pro", "gemini-2.5-pro", "gemini-3.1-pro-preview", "gemini-2.5-flash", "gemini-3-pro-preview"];
  const families = poolQuotas(aPool([anAccountSnapshot({ quotas: groups.map((group) => aQuota({ group })) })]));
  expect(families.map(({ family, groups: found }) => [family, ...found.map(({ group }) => group)])).toEqual([
    ["Gemini 3.1", "gemini-3.1-pro-preview"],
    ["Gemini 3", "gemini-3-pro-preview"],
    ["Gemini 2.5", "gemini-2.5-flash", "gemini-2.5-pro"],
    ["Other models", "pro"],
  ]);
});

test("nothing is known of a pool that was never read", () => {
  expect(poolQuotas(aPool([anAccountSnapshot()]))).toEqual([]);
});

test("what is left of accounts that nobody can ask is nothing to anybody", () => {
  const quotas = [aQuota({ group: "pro", remainingFraction: 1 })];
  const [out, off] = [
    anAccountSnapshot({ id: "a", state: "parked", quotas }),
    anAccountSnapshot({ id: "b", state: "disabled", quotas }),
  ];
  expect(poolQuotas(aPool([out, off]))).toEqual([]);
});
