import type { PluginModule } from "@opencode-ai/plugin";

const began = performance.now();
const { default: plugin }: { default: PluginModule } = await import("../src/server");
const hooks = await plugin.server({ client: {} } as never);
await hooks.config?.({} as never);
process.stdout.write(String(performance.now() - began));
process.exit(0);
