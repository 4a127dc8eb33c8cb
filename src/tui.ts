import type { TuiPluginModule } from "@opencode-ai/plugin/tui";
import { registerCommands } from "./tui/commands";
import type { TuiStores } from "./tui/stores";

/** Loaded on the first `/login` or `/gquota`: opencode's start pays for the two commands alone. */
async function openTuiStores(): Promise<TuiStores> {
  const [{ openStores }, { systemClock: clock }, { systemChance: chance }, { clockTimes, localOffsetMs }] =
    await Promise.all([
      import("./compose"),
      import("./system/clock"),
      import("./system/chance"),
      import("./view/clock-time"),
    ]);
  const formatTime = clockTimes({ now: () => clock.now(), offsetMs: localOffsetMs });
  return { ...(await openStores()), clock, chance, formatTime };
}

/** The door for opencode's TUI. Exactly one export, as for the server side. */
export default {
  id: "opencode-gemini-pool",
  tui: async (api) => registerCommands(api, openTuiStores),
} satisfies TuiPluginModule;
