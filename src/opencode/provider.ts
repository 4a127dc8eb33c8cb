import type { Config } from "@opencode-ai/plugin";
import { MARKER } from "../core/marker";
import { QUOTA_MARKER } from "./quota-command";

type ProviderConfig = NonNullable<NonNullable<Config["provider"]>[string]> & {
  blacklist?: string[];
  whitelist?: string[];
};

/**
 * Models of opencode's list that cannot hold a conversation in text, and those that would become the default without
 * anybody's wish: opencode takes "latest" first and then the last in the alphabet, so `run` began with an image model.
 * A list of what is left out, not of what is let in: a new text model appears the day models.dev knows it.
 */
const LEFT_OUT = [
  "deep-research-max-preview-04-2026",
  "deep-research-preview-04-2026",
  "gemini-2.5-computer-use-preview-10-2025",
  "gemini-2.5-flash-image",
  "gemini-2.5-flash-preview-tts",
  "gemini-2.5-pro-preview-tts",
  "gemini-3-pro-image",
  "gemini-3-pro-image-preview",
  "gemini-3.1-flash-image",
  "gemini-3.1-flash-image-preview",
  "gemini-3.1-flash-lite-image",
  "gemini-3.1-flash-live-preview",
  "gemini-3.1-flash-tts-preview",
  "gemini-3.5-live-translate-preview",
  "gemini-embedding-001",
  "gemini-embedding-2",
  "gemini-flash-latest",
  "gemini-flash-lite-latest",
  "gemini-omni-flash-preview",
  "gemma-4-26b-a4b-it",
  "gemma-4-31b-it",
  "lyria-3-clip-preview",
  "lyria-3-pro-preview",
  "veo-3.1-fast-generate-preview",
  "veo-3.1-generate-preview",
  "veo-3.1-lite-generate-preview",
];

/** Small models in the order they are wanted for titles: cheap, and on a quota that the main model does not spend. */
export const SMALL_MODELS = [
  "gemini-2.5-flash-lite",
  "gemini-3.1-flash-lite",
  "gemini-3.5-flash-lite",
  "gemini-2.5-flash",
];

/** Models that `/gquota` may name, the first that is shown; nothing is ever sent to it. */
const COMMAND_MODELS = ["gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash-lite", "gemini-3-flash-preview"];

/** Whether the configuration names a `google/…` model anywhere. */
export function namesGoogle(config: Config): boolean {
  const models = [
    config.model,
    config.small_model,
    ...Object.values(config.agent ?? {}).map((agent) => agent?.model),
    ...Object.values(config.command ?? {}).map((command) => command?.model),
  ];
  return models.some((model) => typeof model === "string" && model.startsWith("google/"));
}

/** The user's provider settings with the pool in the path. What the user chose himself stays. */
export function withPool(config: Config, fetch: unknown): void {
  const user: ProviderConfig = config.provider?.["google"] ?? {};
  const chosen = user.whitelist || user.blacklist ? {} : { blacklist: LEFT_OUT.filter((id) => !isNamed(config, id)) };
  const options = { ...user.options, apiKey: MARKER, fetch, headerTimeout: false };
  config.provider = { ...config.provider, google: { ...chosen, ...user, options } as ProviderConfig };
}

/** Adds `/gquota`; a command of the user's with that name stays. */
export function withQuotaCommand(config: Config): void {
  const { whitelist, blacklist = [] } = (config.provider?.["google"] ?? {}) as ProviderConfig;
  const isShown = (id: string) => !blacklist.includes(id) && (whitelist?.includes(id) ?? true);
  const model = [...COMMAND_MODELS, ...(whitelist ?? [])].find(isShown);
  const gquota = {
    description: "Gemini accounts: state, pauses and usage (free, no model call)",
    template: QUOTA_MARKER,
    ...(model === undefined ? {} : { model: `google/${model}` }),
  };
  config.command = { gquota, ...config.command };
}

const isNamed = (config: Config, id: string): boolean =>
  JSON.stringify([config.model, config.small_model, config.agent, config.command]).includes(`google/${id}"`);
