import type { DurationMs, EpochMs } from "../core/account";

/** Stops a timer; calling it again does nothing. */
export type Cancel = () => void;

/** Time. Tests drive it by hand. */
export interface Clock {
  now(): EpochMs;
  /** Milliseconds with fractions that never go back; for measuring only. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: DurationMs, signal?: AbortSignal): Promise<void>;
  /** Runs `work` once after `ms` and never keeps the process alive for it. */
  after(ms: DurationMs, work: () => void): Cancel;
}

/** Chance. Tests seed it. */
export interface Chance {
  /** 0 ≤ n < 1. */
  random(): number;
  /** A new opaque id, unique without coordination. */
  id(): string;
}

/** The network. `init.timeout: false` reaches Bun's fetch, whose own limit of minutes would cut long thinking. */
export type Fetch = (url: string, init: RequestInit & { timeout?: false }) => Promise<Response>;

/** Where events go. Must not throw and must not delay the caller. */
export interface EventSink {
  emit(event: import("../core/event").PoolEvent): void;
}
