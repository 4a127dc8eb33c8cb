import { expect, test } from "bun:test";
import { nextBackAt, refusalOf } from "../../../src/core/rotation/refuse";
import { aCooldown, anAccount, aParked, NOW } from "../../support/builders";

const cooling = (label: string, until: number, left = false) => ({
  account: anAccount({ id: label, label }),
  is: { kind: "cooling", cooldown: aCooldown({ until }) } as const,
  left,
});
const parked = { account: anAccount({ label: "p" }), is: { kind: "parked", parked: aParked() } as const, left: false };

test("nobody at all is an empty pool", () => {
  expect(refusalOf([], "m")).toEqual({ kind: "empty" });
});

test("the first to come back sets the time, and everybody is named", () => {
  const refusal = refusalOf([cooling("late", NOW + 90), cooling("soon", NOW + 20), parked], "m");
  expect(refusal).toMatchObject({
    kind: "limited",
    until: NOW + 20,
    accounts: [{ label: "late" }, { label: "soon" }, { label: "p" }],
  });
});

test("where only people can help, no time is named", () => {
  expect(refusalOf([parked], "m")).toMatchObject({
    kind: "person",
    accounts: [{ state: "parked", parkedState: "key-invalid" }],
  });
  expect(nextBackAt([parked])).toBeUndefined();
});

test("a scope that has refused this request is not waited for", () => {
  expect(nextBackAt([cooling("left", NOW + 5, true), cooling("other", NOW + 9)])).toBe(NOW + 9);
});
