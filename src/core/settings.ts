import type { BackendModelGroups } from "./account";
import type { Policy } from "./rotation/policy";

/** What the user has chosen, as far as it decides who answers. May change between two requests. */
export interface PoolSettings {
  readonly policy: Policy;
  readonly modelGroups: BackendModelGroups;
}

/** Nothing has been chosen. */
export const DEFAULT_SETTINGS: PoolSettings = { policy: {}, modelGroups: {} };
