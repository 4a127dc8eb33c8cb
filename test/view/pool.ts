import type { AccountSnapshot, PoolSnapshot } from "../../src/core/snapshot";
import { NO_USAGE } from "../../src/core/usage";
import { clockTimes } from "../../src/view/clock-time";
import { NOW } from "../support/builders";

export { NO_USAGE };

export const HOUR = 3_600_000;

/** Times of the fake clock's day, in UTC. */
export const time = clockTimes({ now: () => NOW, offsetMs: () => 0 });

/** A free key that nobody has used. */
export const anAccountSnapshot = (overrides: Partial<AccountSnapshot> = {}): AccountSnapshot => ({
  id: "k1",
  label: "side project",
  backend: "gemini-api",
  credential: "api-key",
  origin: "file",
  tier: "free",
  priority: 0,
  enabled: true,
  quotaScope: "gemini-api/side-1",
  state: "available",
  reason: "",
  until: undefined,
  url: undefined,
  health: 1,
  inFlight: 0,
  lastUsedAt: undefined,
  cooldowns: [],
  quotas: [],
  usage: { today: NO_USAGE, total: NO_USAGE },
  ...overrides,
});

/** A snapshot of these accounts. */
export const aPool = (accounts: AccountSnapshot[], overrides: Partial<PoolSnapshot> = {}): PoolSnapshot => ({
  at: NOW,
  total: accounts.length,
  usable: accounts.filter(({ state }) => state === "available").length,
  nextAvailableAt: undefined,
  accounts,
  problem: undefined,
  ...overrides,
});
