import { describe, expect, test } from "bun:test";
import type { Cooldown } from "../../../src/core/cooldown";
import { mayProbe, needsProbe, probed } from "../../../src/core/health/probe";
import type { CooldownReason } from "../../../src/core/outcome";
import { COOLDOWN_WORDS } from "../../../src/core/reasons";
import { scopeKey } from "../../../src/core/scope";
import { createLearnt } from "../../../src/storage/learnt";
import { aCooldown, NOW } from "../../support/builders";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("after the end of a pause", () => {
  const ended = (reason: CooldownReason, more: Partial<Cooldown> = {}) =>
    aCooldown({ reason, source: "estimate", since: NOW - MINUTE, until: NOW, ...more });
  const GUESSES: readonly CooldownReason[] = [
    "quota",
    "model-unavailable",
    "capacity",
    "outage",
    "network",
    "region",
    "denied",
    "new-key",
    "lockout",
    "unexplained",
  ];

  test("one call asks first where the end was a guess, and for ten minutes", () => {
    const reasons = Object.keys(COOLDOWN_WORDS) as CooldownReason[];
    expect(reasons.filter((reason) => needsProbe(ended(reason), NOW)).sort()).toEqual([...GUESSES].sort());
    for (const reason of GUESSES) {
      expect(needsProbe(ended(reason), NOW + 10 * MINUTE - 1)).toBe(true);
      expect(needsProbe(ended(reason), NOW + 10 * MINUTE)).toBe(false);
    }
  });

  test("everybody goes on where Google named the end of a quota, but not of a busy time", () => {
    expect(needsProbe(ended("quota", { source: "server" }), NOW)).toBe(false);
    expect(needsProbe(ended("rate-limit", { source: "server" }), NOW)).toBe(false);
    expect(needsProbe(ended("capacity", { source: "server" }), NOW)).toBe(true);
  });

  test("nobody probes what still runs", () => {
    expect(needsProbe(ended("unexplained"), NOW - 1)).toBe(false);
  });

  /** It is 4 in the morning in California; the day ends in 20 hours. */
  test("a short time within a day that is used up lets one call through at a time, until midnight Pacific", () => {
    const short = ended("daily-quota", { source: "server" });
    expect(needsProbe(short, NOW)).toBe(true);
    expect(needsProbe(short, NOW + 20 * HOUR - 1)).toBe(true);
    expect(needsProbe(short, NOW + 20 * HOUR)).toBe(false);
    expect(needsProbe(ended("daily-quota", { source: "server", since: NOW - 2 * HOUR }), NOW)).toBe(false);
    expect(needsProbe(ended("daily-quota", { since: NOW - 10 * HOUR }), NOW)).toBe(false);
  });
});

describe("a long pause that Google stated", () => {
  const long = aCooldown({ reason: "quota", since: NOW, until: NOW + 9 * HOUR });
  const later = NOW + 10 * MINUTE;

  test("is put to the test when a newer reading says that there is quota", () => {
    expect(mayProbe(long, NOW + 1, 0.95, later)).toBe(true);
  });

  test("is believed without a reading, with an older one, and with one that says nothing is left", () => {
    expect(mayProbe(long, undefined, undefined, later)).toBe(false);
    expect(mayProbe(long, NOW, 0.95, later)).toBe(false);
    expect(mayProbe(long, NOW + 1, 0, later)).toBe(false);
  });

  test("is believed for ten minutes after a refusal and after a probe", () => {
    expect(mayProbe(long, NOW + 1, 0.95, later - 1)).toBe(false);
    const tried = { ...long, probedAt: later };
    expect(mayProbe(tried, NOW + 1, 0.95, later + 10 * MINUTE - 1)).toBe(false);
    expect(mayProbe(tried, NOW + 1, 0.95, later + 10 * MINUTE)).toBe(true);
  });

  test("is sat out when it is nearly over, was our guess, or is not about quota", () => {
    expect(mayProbe({ ...long, until: later + 10 * MINUTE }, NOW + 1, 1, later)).toBe(false);
    expect(mayProbe({ ...long, source: "estimate" }, NOW + 1, 1, later)).toBe(false);
    expect(mayProbe({ ...long, reason: "capacity" }, NOW + 1, 1, later)).toBe(false);
  });

  test("remembers its probe, also when the next refusal states another time", () => {
    const learnt = createLearnt();
    const now = () => learnt.state.cooldowns.get(scopeKey(long.scope));
    learnt.apply({ type: "cooldown.set", cooldown: long });
    learnt.apply(probed(long, later));
    expect(now()).toEqual({ ...long, probedAt: later });
    learnt.apply({ type: "cooldown.set", cooldown: { ...long, since: later + 1, until: NOW + 10 * HOUR } });
    const mayAsk = (at: number) => mayProbe(now() ?? long, at, 1, at);
    expect(now()).toMatchObject({ until: NOW + 10 * HOUR });
    expect([mayAsk(later + 10 * MINUTE), mayAsk(later + 10 * MINUTE + 1)]).toEqual([false, true]);
  });
});
