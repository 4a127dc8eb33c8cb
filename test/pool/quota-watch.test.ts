import { describe, expect, test } from "bun:test";
import type { ProbedQuota } from "../../src/core/quota/record";
import { recordKey } from "../../src/core/quota/record";
import { QuotaWatch } from "../../src/pool/quota-watch";
import { createMemoryState } from "../../src/storage/memory-state";
import { anEntry } from "../support/builders";
import { fakeClock, settled } from "../support/fake-clock";

const MINUTE = 60_000;
const token = { kind: "bearer", token: "ya29.example-access" } as const;
const seat = anEntry({ id: "s1", backend: "code-assist", credential: "oauth", subject: "1098" });
const PRO = recordKey({
  quotaScope: "code-assist/1098",
  group: "pro",
  meter: "requests",
  period: "day-from-first-use",
});

function watching(answers: readonly ProbedQuota[] = [{ group: "pro", remainingFraction: 0.6 }]) {
  const clock = fakeClock();
  const state = createMemoryState();
  let asked = 0;
  let hangs = false;
  const probe = {
    probe: async (_account: unknown, _access: unknown, signal?: AbortSignal) => {
      asked += 1;
      if (!hangs) return answers;
      return new Promise<readonly ProbedQuota[]>((resolve) => signal?.addEventListener("abort", () => resolve([])));
    },
  };
  const watch = new QuotaWatch({ probe, state, clock });
  const hang = () => {
    hangs = true;
  };
  return { clock, state, watch, asked: () => asked, hang };
}

describe("what is left of a seat", () => {
  test("is asked when it is used, and then holds for five minutes", async () => {
    const { watch, clock, state, asked } = watching();
    await watch.used(seat, token);
    await watch.used(seat, token);
    expect(asked()).toBe(1);
    expect(state.current().quotas.get(PRO)?.reading).toMatchObject({ remainingFraction: 0.6 });
    await clock.advance(5 * MINUTE);
    await watch.used(seat, token);
    expect(asked()).toBe(2);
  });

  test("is asked once by two calls at the same time, and by two seats of one person", async () => {
    const { watch, asked } = watching();
    const other = anEntry({ id: "s2", backend: "code-assist", credential: "oauth", subject: "1098" });
    await Promise.all([watch.used(seat, token), watch.used(seat, token), watch.used(other, token)]);
    expect(asked()).toBe(1);
  });

  test("is not asked where another process has just read it", async () => {
    const { watch, state, clock, asked } = watching();
    await new QuotaWatch({
      probe: { probe: async () => [{ group: "pro", remainingFraction: 0.5 }] },
      state,
      clock,
    }).used(seat, token);
    await watch.used(seat, token);
    expect(asked()).toBe(0);
  });

  test("is asked again after a refusal", async () => {
    const { watch, asked } = watching();
    await watch.used(seat, token);
    watch.refused(seat.account);
    await watch.used(seat, token);
    expect(asked()).toBe(1 + 1);
  });

  test("that could not be read is not asked for again at once", async () => {
    const { watch, asked, state } = watching([]);
    await watch.used(seat, token);
    await watch.used(seat, token);
    expect([asked(), state.current().quotas.size]).toEqual([1, 0]);
  });

  test("is given up after two seconds", async () => {
    const { watch, clock, hang, asked } = watching();
    hang();
    let done = false;
    watch.used(seat, token).then(() => {
      done = true;
    });
    await clock.advance(1_999);
    expect(done).toBe(false);
    await clock.advance(1);
    await settled();
    expect([done, asked()]).toEqual([true, 1]);
  });

  test("is nobody's question for an API key", async () => {
    const { watch, asked } = watching();
    await watch.used(anEntry(), { kind: "api-key", key: "AIza-example" });
    expect(asked()).toBe(0);
  });
});
