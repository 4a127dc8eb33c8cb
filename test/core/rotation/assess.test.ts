import { expect, test } from "bun:test";
import type { Cooldown } from "../../../src/core/cooldown";
import { assess } from "../../../src/core/rotation/assess";
import { scopeKey } from "../../../src/core/scope";
import { emptyState } from "../../../src/core/state";
import { aCooldown, anAccount, aParked, NOW } from "../../support/builders";

const cooling = (...cooldowns: Cooldown[]) => ({
  ...emptyState(),
  cooldowns: new Map(cooldowns.map((cooldown) => [scopeKey(cooldown.scope), cooldown])),
});
const look = (state = emptyState(), account = anAccount(), model = "gemini-2.5-pro", served = true) =>
  assess(account, model, state, served, NOW).kind;

test("an account nobody complained about can answer", () => {
  expect(look()).toBe("available");
});

test("disabled, parked, cooling or of a backend that is not built in, it cannot", () => {
  expect(look(emptyState(), anAccount({ enabled: false }))).toBe("disabled");
  expect(look(emptyState(), anAccount({ backend: "vertex" }), "m", false)).toBe("unsupported");
  expect(look({ ...emptyState(), parked: new Map([["a1", aParked()]]) })).toBe("parked");
  expect(look(cooling(aCooldown()))).toBe("cooling");
});

test("a pause of one model leaves the others free", () => {
  expect(look(cooling(aCooldown()), anAccount(), "gemini-2.5-flash")).toBe("available");
});

test("of several pauses the longest counts", () => {
  const long = aCooldown({ scope: { kind: "backend", backend: "gemini-api" }, until: NOW + 900_000 });
  const is = assess(anAccount(), "gemini-2.5-pro", cooling(aCooldown(), long), true, NOW);
  expect(is).toEqual({ kind: "cooling", cooldown: long });
});
