import type { PluginModule } from "@opencode-ai/plugin";

// Runtime modules that opencode itself has loaded long before it comes to plugins.
await Promise.all([import("node:fs"), import("node:path"), import("node:os"), import("node:crypto")]);

const began = performance.now();
const { default: plugin }: { default: PluginModule } = await import("../src/server");
const hooks = await plugin.server({ client: {} } as never);
await hooks.config?.({} as never);
process.stdout.write(String(performance.now() - began));
process.exit(0);
