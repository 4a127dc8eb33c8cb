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
    show(client, message);
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

function show(client: PluginInput["client"], message: string): void {
  const ignore = () => {
    // The host has no screen to show it on; `/gquota` says the same.
  };
  const send = async () => client.tui.showToast({ body: { title: "Gemini pool", message, variant: "warning" } });
  send().then(ignore, ignore);
}
