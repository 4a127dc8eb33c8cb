import { describe, expect, test } from "bun:test";
import type { Outcome } from "../../../src/core/outcome";
import { anAccount } from "../../support/builders";
import { BROKEN, DENIED, pupil, SUCCESS } from "./pupil";

const account = anAccount();
const success = (latencyMs: number): Outcome => ({ kind: "success", latencyMs });

describe("the health of an account", () => {
  test("follows the time to the first output slowly, and keeps it through failures", () => {
    const pool = pupil(account);
    const latencyMs = () => pool.state.health.get("a1")?.latencyMs;
    pool.settle(account, BROKEN);
    expect(latencyMs()).toBeUndefined();
    pool.settle(account, success(1_000));
    expect(latencyMs()).toBe(1_000);
    pool.settle(account, success(2_000));
    expect(latencyMs()).toBeCloseTo(1_200);
    pool.settle(account, BROKEN);
    pool.settle(account, SUCCESS);
    expect(latencyMs()).toBeCloseTo(1_200);
  });

  test("does not suffer from a login service that is down", () => {
    const pool = pupil(account);
    pool.settle(account, BROKEN, { unsent: true });
    expect(pool.state.health.get("a1")?.successFraction).toBe(1);
  });

  test("remembers what is wrong with a login on this side, until a token was had", () => {
    const pool = pupil(account);
    const fault = () => pool.state.health.get("a1")?.loginFault;
    pool.settle(account, { kind: "machine", status: 401, sentence: "The OAuth client is unknown." }, { unsent: true });
    expect(fault()).toBe("The OAuth client is unknown.");
    pool.settle(account, BROKEN, { unsent: true });
    expect(fault()).toBe("The OAuth client is unknown.");
    pool.settle(account, BROKEN);
    expect(fault()).toBeUndefined();
    pool.settle(account, { kind: "machine", status: 0, sentence: "No address." });
    expect(fault()).toBeUndefined();
  });

  test("counts a denial once, though parallel calls are denied after the pause, and not at all once it is parked", () => {
    const pool = pupil(account);
    pool.settle(account, DENIED);
    const startedAt = pool.now();
    pool.wait(700_000);
    pool.settle(account, DENIED, { startedAt });
    expect(pool.state.health.get("a1")?.deniedCount).toBe(1);
    pool.settle(account, DENIED);
    pool.wait(1_300_000);
    pool.settle(account, DENIED);
    pool.settle(account, DENIED);
    expect(pool.state.parked.get("a1")?.sentence).toContain("3 times");
    expect(pool.state.health.get("a1")?.deniedCount).toBe(3);
  });
});
