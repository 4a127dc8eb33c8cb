import { describe, expect, test } from "bun:test";
import type { Cooldown } from "../../../src/core/cooldown";
import { cooldownFor as coolFor, lockoutFor } from "../../../src/core/health/limit";
import type { Outcome } from "../../../src/core/outcome";
import { type Scope, scopeKey } from "../../../src/core/scope";
import { aCooldown, NOW } from "../../support/builders";

type Limited = Extract<Outcome, { kind: "limited" }>;
const limited = (more: Partial<Limited> = {}): Limited => ({
  kind: "limited",
  scope: "quota",
  reason: "rate-limit",
  detailed: true,
  status: 429,
  sentence: "too many",
  ...more,
});
const SCOPE: Scope = { kind: "quota", quotaScope: "gemini-api/p", group: "m" };
/** Of a call that began just now, unless told otherwise. */
const cooldownFor = (
  outcome: Limited,
  scope: Scope,
  previous: Cooldown | undefined,
  now: number,
  startedAt = now,
): Cooldown => coolFor(outcome, { scope, previous, startedAt }, now);
/** 20 Nov 2026, 12:00 UTC is 04:00 in California: midnight there is 20 hours away. */
const MIDNIGHT_PACIFIC = NOW + 20 * 3_600_000;

describe("how long a limit pauses", () => {
  test("as long as Google says", () => {
    const cooldown = cooldownFor(limited({ until: NOW + 27_000 }), SCOPE, undefined, NOW);
    expect(cooldown).toMatchObject({ until: NOW + 27_000, source: "server", reason: "rate-limit" });
  });

  test("without a word from Google, longer each time", () => {
    const first = cooldownFor(limited(), SCOPE, undefined, NOW);
    const second = cooldownFor(limited(), SCOPE, first, first.until);
    expect([first.until - NOW, second.until - first.until]).toEqual([10_000, 30_000]);
    expect(second.source).toBe("estimate");
  });

  test("a day for a model that is not in the tier", () => {
    const { until } = cooldownFor(limited({ reason: "model-unavailable", until: NOW + 14_000 }), SCOPE, undefined, NOW);
    expect(until - NOW).toBe(24 * 3_600_000);
  });

  test("ten minutes for a spend limit", () => {
    expect(cooldownFor(limited({ reason: "spend-limit" }), SCOPE, undefined, NOW).until - NOW).toBe(600_000);
  });
});

describe("a per-day refusal", () => {
  const daily = (until?: number) => limited({ reason: "daily-quota", ...(until === undefined ? {} : { until }) });

  test("with a short RetryInfo earns one probe, then waits for midnight Pacific", () => {
    const first = cooldownFor(daily(NOW + 36_000), SCOPE, undefined, NOW);
    expect(first.until).toBe(NOW + 36_000);
    const later = NOW + 40_000;
    expect(cooldownFor(daily(later + 36_000), SCOPE, first, later).until).toBe(MIDNIGHT_PACIFIC);
  });

  test("refused in parallel is not yet the probe", () => {
    const first = cooldownFor(daily(NOW + 36_000), SCOPE, undefined, NOW);
    expect(cooldownFor(daily(NOW + 36_100), SCOPE, first, NOW + 100).until).toBe(NOW + 36_100);
  });

  test("of a call that was under way before the pause ended is not yet the probe, however late it comes", () => {
    const first = cooldownFor(daily(NOW + 36_000), SCOPE, undefined, NOW);
    const late = NOW + 40_000;
    expect(cooldownFor(daily(late + 30_000), SCOPE, first, late, NOW).until).toBe(late + 30_000);
  });

  test("of the probe is believed where it states a long time", () => {
    const first = cooldownFor(daily(NOW + 36_000), SCOPE, undefined, NOW);
    const later = NOW + 40_000;
    expect(cooldownFor(daily(later + 7_200_000), SCOPE, first, later).until).toBe(later + 7_200_000);
  });

  test("of yesterday leaves today its own probe", () => {
    const yesterday = aCooldown({ reason: "daily-quota", since: NOW - 86_400_000, until: NOW - 80_000_000 });
    expect(cooldownFor(daily(NOW + 36_000), SCOPE, yesterday, NOW).until).toBe(NOW + 36_000);
  });

  test("without a time waits for midnight Pacific, with a long one as long as stated", () => {
    expect(cooldownFor(daily(), SCOPE, undefined, NOW).until).toBe(MIDNIGHT_PACIFIC);
    expect(cooldownFor(daily(NOW + 7_200_000), SCOPE, undefined, NOW).until).toBe(NOW + 7_200_000);
  });
});

describe("failing in three model groups", () => {
  const cooling = (group: string, more: Partial<Cooldown> = {}) =>
    aCooldown({ scope: { kind: "quota", quotaScope: "gemini-api/p", group }, source: "estimate", ...more });
  const known = (...cooldowns: Cooldown[]) =>
    new Map(cooldowns.map((cooldown) => [scopeKey(cooldown.scope), cooldown]));

  test("locks the account for five minutes", () => {
    const lock = lockoutFor("a1", cooling("c"), known(cooling("a"), cooling("b")), NOW);
    expect(lock).toMatchObject({
      scope: { kind: "account", accountId: "a1" },
      reason: "lockout",
      until: NOW + 300_000,
    });
  });

  test("does not happen where Google explained: three models out for the day leave a fourth free", () => {
    const spent = (group: string) => cooling(group, { source: "server", reason: "daily-quota" });
    expect(lockoutFor("a1", spent("c"), known(spent("a"), spent("b")), NOW)).toBeUndefined();
  });

  test("does not happen for what was refused in another project, nor with a third that Google explained", () => {
    const elsewhere = (group: string) =>
      cooling(group, { scope: { kind: "quota", quotaScope: "gemini-api/q", group } });
    expect(lockoutFor("a1", cooling("c"), known(elsewhere("a"), elsewhere("b")), NOW)).toBeUndefined();
    const explained = cooling("c", { reason: "daily-quota" });
    expect(lockoutFor("a1", explained, known(cooling("a"), cooling("b")), NOW)).toBeUndefined();
  });

  test("does not happen with two groups, with ended pauses, or with models the tier does not have", () => {
    expect(lockoutFor("a1", cooling("c"), known(cooling("a")), NOW)).toBeUndefined();
    expect(lockoutFor("a1", cooling("c"), known(cooling("a"), cooling("b", { until: NOW })), NOW)).toBeUndefined();
    const missing = cooling("b", { reason: "model-unavailable" });
    expect(lockoutFor("a1", cooling("c"), known(cooling("a"), missing), NOW)).toBeUndefined();
  });
});
