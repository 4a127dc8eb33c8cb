import type { PoolEvent } from "../core/event";
import type { EventSink } from "../ports/world";

/** Hands every event to whoever listens. A listener that throws is dropped from that event only: nobody's call fails for it. */
export interface EventHub extends EventSink {
  /** Returns what ends the subscription. */
  subscribe(listener: (event: PoolEvent) => void): () => void;
}

/** A new hub. `onFault` hears of listeners that threw. */
export function createEventHub(onFault: (error: unknown) => void): EventHub {
  const listeners = new Set<(event: PoolEvent) => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          onFault(error);
        }
      }
    },
  };
}
