import type { HostApi, HostCommand } from "./host-api";
import type { OpenStores } from "./stores";

/** Puts `/login` and `/gquota` into the TUI. What they do is loaded when they are first used. Never throws. */
export function registerCommands(api: HostApi, open: OpenStores): void {
  const command = (slashName: string, title: string, work: () => Promise<void>): HostCommand => ({
    name: `gemini-pool.${slashName}`,
    title,
    category: "Gemini pool",
    namespace: "palette",
    slashName,
    run: () => void guarded(api, work),
  });
  const commands = [
    command("login", "Add a Gemini account", async () => (await import("./login")).login(api, open)),
    command("gquota", "Show the Gemini accounts", async () => (await import("./quota-dialog")).showQuota(api, open)),
  ];
  try {
    api.keymap.registerLayer({ commands, bindings: [] });
  } catch (error) {
    tell(api, `The commands /login and /gquota are not available: ${messageOf(error)}`);
  }
}

/** A fault becomes a toast: a rejection nobody catches would be written over the screen. */
async function guarded(api: HostApi, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell(api, messageOf(error));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function tell(api: HostApi, message: string): void {
  try {
    api.ui.toast({ variant: "error", message: `Gemini pool: ${message}` });
  } catch {
    // Where not even a toast can be shown there is nobody left to tell.
  }
}
