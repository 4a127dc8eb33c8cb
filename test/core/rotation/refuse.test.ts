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

test("an account whose minute is full, or that somebody else tries, comes back by itself", () => {
  const full = {
    account: anAccount({ label: "full" }),
    is: { kind: "full", until: NOW + 7_000 } as const,
    left: false,
  };
  const tried = { account: anAccount(), is: { kind: "probing", until: NOW + 2_000 } as const, left: false };
  expect(refusalOf([full, parked], "m")).toMatchObject({ kind: "limited", until: NOW + 7_000 });
  expect(nextBackAt([full, tried])).toBe(NOW + 2_000);
});

test("a request that is too large for everybody who is free is not waited for", () => {
  const small = { account: anAccount(), is: { kind: "too-large", limit: 250_000 } as const, left: false };
  expect(refusalOf([small, parked], "m")).toEqual({ kind: "too-large", model: "m", limit: 250_000 });
  expect(refusalOf([small, cooling("soon", NOW + 20)], "m")).toMatchObject({ kind: "limited", until: NOW + 20 });
});

test("a backend that fails for everybody is told apart from accounts that are used up", () => {
  const cooldown = aCooldown({ reason: "outage", until: NOW + 10_000, sentence: "no connection" });
  const out = { account: anAccount(), is: { kind: "cooling", cooldown } as const, left: false };
  expect(refusalOf([out], "m")).toEqual({ kind: "outage", until: NOW + 10_000, sentence: "no connection" });
});
