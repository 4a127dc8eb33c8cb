import type { PluginInput } from "@opencode-ai/plugin";
import type { DurationMs, EpochMs } from "../core/account";
import type { PoolEvent } from "../core/event";
import type { Cancel } from "../ports/world";
import type { FaceParts } from "./parts";

/** The host shows one toast, and the next one in its place: so long each has to be read. */
const SHOWN_MS: DurationMs = 6_000;

/** Tells the user, once each and one after the other, of what needs a person. A toast that fails or hangs delays nobody. */
export function tellOnce(parts: FaceParts, client: PluginInput["client"]): () => void {
  const told = new Set<string>();
  const waiting = new Set<Cancel>();
  let freeAt: EpochMs = 0;
  const tell = (message: string) => {
    const now = parts.now();
    // A clock that is set back must not silence it for hours.
    const delayMs = Math.max(0, Math.min(freeAt - now, SHOWN_MS * told.size));
    freeAt = now + delayMs + SHOWN_MS;
    if (delayMs === 0) return showToast(client, message, "warning", SHOWN_MS);
    const cancel = parts.after(delayMs, () => {
      waiting.delete(cancel);
      showToast(client, message, "warning", SHOWN_MS);
    });
    waiting.add(cancel);
  };
  const leave = parts.subscribe((event) => {
    const message = messageOf(event);
    if (message === undefined || told.has(message)) return;
    told.add(message);
    tell(message);
  });
  return () => {
    leave();
    for (const cancel of waiting) cancel();
  };
}

function messageOf(event: PoolEvent): string | undefined {
  switch (event.type) {
    case "account.parked":
      return [`${event.label}: ${event.sentence}`, ...(event.url === undefined ? [] : [event.url])].join("\n");
    case "storage.degraded":
      return event.sentence;
    default:
      return undefined;
  }
}

/** How a toast looks. */
export type Variant = "success" | "warning" | "error";

/** Shows a sentence where the host has a screen, for as long as the host likes or `duration`. Never throws, and nobody waits for it. */
export function showToast(
  client: PluginInput["client"],
  message: string,
  variant: Variant,
  duration?: DurationMs,
): void {
  const ignore = () => {
    // The host has no screen to show it on; `/gquota` says the same.
  };
  const lasting = duration === undefined ? {} : { duration };
  const send = async () => client.tui.showToast({ body: { title: "Gemini pool", message, variant, ...lasting } });
  send().then(ignore, ignore);
}
