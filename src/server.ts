import type { PluginModule } from "@opencode-ai/plugin";
import { openFace } from "./compose";
import { createHooks } from "./opencode/hooks";

/** The door for opencode's server side. Exactly one export: a stray second one disables a plugin silently. */
export default {
  id: "opencode-gemini-pool",
  server: async ({ client }) => createHooks(openFace(), client),
} satisfies PluginModule;
