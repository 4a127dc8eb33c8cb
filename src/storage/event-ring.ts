import type { PoolEvent } from "../core/event";
import { redact } from "../core/redact";
import { EVENTS_KEPT } from "./event-rows";

/** Events that wait to be written, or that are kept in memory where there is no disk: the newest ones alone. */
export interface EventRing {
  add(event: PoolEvent): void;
  /** All of them, the oldest first, without a secret. */
  redacted(): readonly PoolEvent[];
  isEmpty(): boolean;
  clear(): void;
}

/**
 * The events with every text in them redacted. They are made without secrets; this is the net below, for words of Google's
 * that we do not know and labels that people give. Nearly always there is nothing to hide, so all texts are looked through
 * at once first: each stands on a line of its own, and what would be found in it alone is found there too.
 */
export function redactedEvents(events: readonly PoolEvent[]): readonly PoolEvent[] {
  const texts: string[] = [];
  for (const event of events) collect(event, texts);
  const whole = texts.join("\n");
  return redact(whole) === whole ? events : events.map((event) => clean(event) as PoolEvent);
}

function collect(value: unknown, texts: string[]): void {
  if (typeof value === "string") texts.push(value);
  else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) collect(each, texts);
}

function clean(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clean(each)]));
}

/** An empty ring. Adding costs next to nothing: redacting waits until somebody looks. */
export function createEventRing(): EventRing {
  let events: PoolEvent[] = [];
  const newest = () => events.slice(-EVENTS_KEPT);
  return {
    add: (event) => {
      events.push(event);
      // Cut seldom, since each cut copies.
      if (events.length >= 2 * EVENTS_KEPT) events = newest();
    },
    redacted: () => redactedEvents(newest()),
    isEmpty: () => events.length === 0,
    clear: () => {
      events = [];
    },
  };
}

/** So many may be asked for: none below 0, no more than are kept. */
export const eventLimit = (limit: number): number => Math.min(EVENTS_KEPT, Math.max(0, Math.floor(limit)));

/** The newest `limit` of all of these, the oldest first; what came first stays first in the same millisecond. */
export const newestOf = (events: readonly PoolEvent[], limit: number): readonly PoolEvent[] =>
  limit > 0 ? [...events].sort((a, b) => a.at - b.at).slice(-limit) : [];
