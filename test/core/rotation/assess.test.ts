import { describe, expect, test } from "bun:test";
import type { Account } from "../../../src/core/account";
import type { Cooldown } from "../../../src/core/cooldown";
import { recordKey } from "../../../src/core/quota/record";
import type { QuotaStanding } from "../../../src/core/quota/standing";
import { assess, type Sight, testedBy } from "../../../src/core/rotation/assess";
import { contenderOf } from "../../../src/core/rotation/contender";
import { scopeKey } from "../../../src/core/scope";
import { emptyState, type PoolState } from "../../../src/core/state";
import { aCooldown, anAccount, aParked, aRecord, NOW } from "../../support/builders";

const PRO = "gemini-2.5-pro";
const HOUR = 3_600_000;

const free: QuotaStanding = {
  remainingFraction: 1,
  isKnown: false,
  resetAt: undefined,
  usedCount: 0,
  fullUntil: undefined,
  isSpent: false,
  isPresumedSpent: false,
  tooLargeFor: undefined,
};

interface Scene {
  readonly account?: Account;
  readonly model?: string;
  readonly state?: Partial<PoolState>;
  readonly served?: boolean;
  readonly standing?: Partial<QuotaStanding>;
  readonly probing?: readonly string[];
  readonly inFlightCount?: number;
  readonly testedSince?: number;
}

const sightOf = ({ state, served = true, standing, probing = [], inFlightCount = 0, testedSince }: Scene): Sight => ({
  now: NOW,
  state: { ...emptyState(), ...state },
  serves: () => served,
  isProbing: (key) => probing.includes(key),
  standing: () => ({ ...free, ...standing }),
  inFlightAt: () => inFlightCount,
  testedSince: () => testedSince,
});
const contender = ({ account = anAccount(), model = PRO }: Scene) => contenderOf(account, model);
const look = (scene: Scene = {}) => assess(contender(scene), sightOf(scene));
const cooling = (...cooldowns: Cooldown[]) => ({
  cooldowns: new Map(cooldowns.map((cooldown) => [scopeKey(cooldown.scope), cooldown])),
});
const KEY = scopeKey(aCooldown().scope);

describe("an account", () => {
  test("nobody complained about can answer", () => {
    expect(look().kind).toBe("available");
  });

  test("that is disabled, parked, cooling or of a backend that is not built in, cannot", () => {
    expect(look({ account: anAccount({ enabled: false }) }).kind).toBe("disabled");
    expect(look({ account: anAccount({ backend: "vertex" }), served: false })).toEqual({
      kind: "unsupported",
      backend: "vertex",
      credential: "api-key",
    });
    expect(look({ state: { parked: new Map([["a1", aParked()]]) } }).kind).toBe("parked");
    expect(look({ state: cooling(aCooldown()) }).kind).toBe("cooling");
  });

  test("that pauses for one model is free for the others", () => {
    expect(look({ state: cooling(aCooldown()), model: "gemini-2.5-flash" }).kind).toBe("available");
  });

  test("pauses as long as the longest of its pauses", () => {
    const long = aCooldown({ scope: { kind: "backend", backend: "gemini-api" }, until: NOW + 900_000 });
    expect(look({ state: cooling(aCooldown(), long) })).toEqual({ kind: "cooling", cooldown: long });
  });

  test("whose minute is full by our own count is not asked until a call fits again", () => {
    expect(look({ standing: { fullUntil: NOW + 5_000 } })).toEqual({ kind: "full", until: NOW + 5_000 });
    expect(look({ standing: { fullUntil: NOW } }).kind).toBe("available");
  });

  test("is not sent what is larger than its limit of tokens", () => {
    expect(look({ standing: { tooLargeFor: 250_000 } })).toEqual({ kind: "too-large", limit: 250_000 });
  });
});

describe("one call at a time", () => {
  const ended = aCooldown({ reason: "daily-quota", since: NOW - HOUR, until: NOW - 1 });

  test("finds out whether a pause that has ended still holds; the others wait for it", () => {
    const state = cooling(ended);
    expect(look({ state }).kind).toBe("available");
    expect(testedBy(contender({}), sightOf({ state }))).toEqual([ended]);
    expect(look({ state, probing: [KEY] })).toEqual({ kind: "probing", until: NOW + 2_000 });
  });

  test("goes where our own count says that the day is used up", () => {
    expect(look({ standing: { isSpent: true } }).kind).toBe("available");
    expect(look({ standing: { isSpent: true }, inFlightCount: 1 }).kind).toBe("probing");
  });

  test("is waited for two seconds at most where only accounts alike have met such a limit", () => {
    const standing = { isPresumedSpent: true };
    const after = (ms: number) => look({ standing, inFlightCount: 3, testedSince: NOW - ms });
    expect(look({ standing }).kind).toBe("available");
    expect(after(1_999)).toEqual({ kind: "probing", until: NOW + 1 });
    expect(after(2_000).kind).toBe("available");
  });

  test("goes through a long pause that a newer reading doubts, once in ten minutes", () => {
    const long = aCooldown({ reason: "quota", since: NOW - HOUR, until: NOW + 9 * HOUR });
    const reading = { remainingFraction: 0.95, observedAt: NOW - 1_000, countAt: 0 };
    const record = aRecord({ reading });
    const quotas = new Map([[recordKey(record), record]]);
    const doubted = { ...cooling(long), quotas };
    expect(look({ state: doubted }).kind).toBe("available");
    expect(testedBy(contender({}), sightOf({ state: doubted }))).toEqual([long]);
    expect(look({ state: doubted, probing: [KEY] }).kind).toBe("probing");
    expect(look({ state: { ...cooling({ ...long, probedAt: NOW - 60_000 }), quotas } }).kind).toBe("cooling");
    expect(look({ state: { ...cooling(long), quotas: new Map() } }).kind).toBe("cooling");
  });
});
