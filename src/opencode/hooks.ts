import type { Config, Hooks, PluginInput } from "@opencode-ai/plugin";
import { MARKER } from "../core/marker";
import { DEFAULT_BASE_URL } from "./host-request";
import { createIntercept } from "./intercept";
import { loginMethods } from "./login";
import type { FaceParts } from "./parts";
import { namesGoogle, SMALL_MODELS, withPool, withQuotaCommand } from "./provider";
import { quotaTool } from "./quota-tool";
import { tellOnce } from "./toasts";

/** The hooks of one opencode instance. Nothing is ever thrown out of one: the host would lose the plugin or the message. */
export function createHooks(parts: FaceParts, client: PluginInput["client"]): Hooks {
  let baseUrl = DEFAULT_BASE_URL;
  const fetch = createIntercept(parts, () => baseUrl);
  /** The user's own gateway serves whoever has no account in the pool; a project's address never does. */
  const isLeftAlone = () => !parts.hasAccounts() && baseUrl.trim() === parts.userGateway();
  const stopTelling = tellOnce(parts, client);
  return {
    config: async (config) => {
      baseUrl = baseUrlOf(config) ?? DEFAULT_BASE_URL;
      if (isLeftAlone()) return;
      // With a gateway of the user's own, what is left is an address that a project has put in its place: its keys do not go there.
      const isWanted = parts.hasAccounts() || parts.hasMarker() || parts.userGateway() !== undefined;
      if (!isWanted && !namesGoogle(config)) return;
      withPool(config, fetch);
      if (!parts.isTuiWorker) withQuotaCommand(config);
      parts.warmUp();
    },
    auth: {
      provider: "google",
      // The second net: opencode asks the loader where the config hook's entry did not reach.
      loader: async () => (isLeftAlone() ? {} : { apiKey: MARKER, fetch, headerTimeout: false }),
      methods: loginMethods(parts, client),
    },
    "experimental.provider.small_model": async ({ provider }, output) => {
      if (provider.id !== "google") return;
      const model = SMALL_MODELS.map((id) => provider.models[id]).find((found) => found !== undefined);
      if (model) output.model = model;
    },
    tool: { gemini_quota: quotaTool(parts) },
    dispose: async () => {
      stopTelling();
      parts.flush();
    },
  };
}

function baseUrlOf(config: Config): string | undefined {
  const baseURL: unknown = config.provider?.["google"]?.options?.baseURL;
  return typeof baseURL === "string" && baseURL !== "" ? baseURL : undefined;
}
