import type { TuiPluginModule } from "@opencode-ai/plugin/tui";
import { registerCommands } from "./tui/commands";
import type { TuiStores } from "./tui/stores";

/** Loaded on the first `/login` or `/gquota`: opencode's start pays for the two commands alone. */
async function openTuiStores(): Promise<TuiStores> {
  const [{ openStores, openWays }, { systemClock: clock }, { clockTimes, localOffsetMs }] = await Promise.all([
    import("./compose"),
    import("./system/clock"),
    import("./view/clock-time"),
  ]);
  const formatTime = clockTimes({ now: () => clock.now(), offsetMs: localOffsetMs });
  const stores = await openStores();
  return { ...stores, ways: () => openWays(stores), formatTime };
}

/** The door for opencode's TUI. Exactly one export, as for the server side. */
export default {
  id: "opencode-gemini-pool",
  tui: async (api) => registerCommands(api, openTuiStores),
} satisfies TuiPluginModule;
