import type { PoolEvent } from "../../src/core/event";
import type { EventSink } from "../../src/ports/world";

/** An event sink that remembers. */
export function recordingEvents(): EventSink & { readonly events: PoolEvent[]; types(): string[] } {
  const events: PoolEvent[] = [];
  return { events, emit: (event) => void events.push(event), types: () => events.map((event) => event.type) };
}
