import type { Config, Hooks, PluginInput } from "@opencode-ai/plugin";
import { DEFAULT_BASE_URL } from "./host-request";
import { createIntercept, type Directory } from "./intercept";
import { pasteKeyMethod } from "./login";
import type { FaceParts } from "./parts";
import { DUMMY_KEY, namesGoogle, SMALL_MODELS, withPool, withQuotaCommand } from "./provider";
import { quotaTool } from "./quota-tool";
import { tellOnce } from "./toasts";

/** The hooks of one opencode instance. Nothing is ever thrown out of one: the host would lose the plugin or the message. */
export function createHooks(parts: FaceParts, client: PluginInput["client"]): Hooks {
  const directory: Directory = { baseUrl: DEFAULT_BASE_URL, configuredAccountId: undefined };
  const fetch = createIntercept(parts, directory);
  const stopTelling = tellOnce(parts, client);
  return {
    config: async (config) => {
      directory.baseUrl = baseUrlOf(config) ?? DEFAULT_BASE_URL;
      directory.configuredAccountId = parts.offerConfiguredKey(directory, configuredKeyOf(config));
      if (!parts.hasAccounts() && !parts.hasMarker() && !namesGoogle(config)) return;
      withPool(config, fetch);
      if (!parts.isTuiWorker) withQuotaCommand(config);
      parts.warmUp();
    },
    auth: {
      provider: "google",
      // The second net: opencode asks the loader where the config hook's entry did not reach.
      loader: async () => ({ apiKey: DUMMY_KEY, fetch, headerTimeout: false }),
      methods: [pasteKeyMethod(parts)],
    },
    "experimental.provider.small_model": async ({ provider }, output) => {
      if (provider.id !== "google") return;
      const model = SMALL_MODELS.map((id) => provider.models[id]).find((found) => found !== undefined);
      if (model) output.model = model;
    },
    tool: { gemini_quota: quotaTool(parts) },
    dispose: async () => {
      stopTelling();
      parts.offerConfiguredKey(directory, undefined);
      parts.flush();
    },
  };
}

const optionsOf = (config: Config): Record<string, unknown> => config.provider?.["google"]?.options ?? {};

function baseUrlOf(config: Config): string | undefined {
  const { baseURL } = optionsOf(config);
  return typeof baseURL === "string" && baseURL !== "" ? baseURL : undefined;
}

/** Our own dummy comes back when opencode runs the hook again on a configuration it kept. */
function configuredKeyOf(config: Config): string | undefined {
  const { apiKey } = optionsOf(config);
  return typeof apiKey === "string" && apiKey !== "" && apiKey !== DUMMY_KEY ? apiKey : undefined;
}
