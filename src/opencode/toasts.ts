import type { PluginInput } from "@opencode-ai/plugin";
import type { PoolEvent } from "../core/event";
import type { FaceParts } from "./parts";

/** Tells the user, once each, of what needs a person. A toast that fails or hangs delays nobody. */
export function tellOnce(parts: FaceParts, client: PluginInput["client"]): () => void {
  const told = new Set<string>();
  return parts.subscribe((event) => {
    const message = messageOf(event);
    if (message === undefined || told.has(message)) return;
    told.add(message);
    showToast(client, message, "warning");
  });
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

/** Shows a sentence where the host has a screen. Never throws, and nobody waits for it. */
export function showToast(client: PluginInput["client"], message: string, variant: Variant): void {
  const ignore = () => {
    // The host has no screen to show it on; `/gquota` says the same.
  };
  const send = async () => client.tui.showToast({ body: { title: "Gemini pool", message, variant } });
  send().then(ignore, ignore);
}
