import type { Settings } from "../config/settings";
import { createEventHub, type EventHub } from "../pool/event-hub";
import { remade } from "../pool/remade";
import { createRoster } from "../pool/roster";
import type { AccountSource, AccountStore, AccountsView } from "../ports/account-store";
import { createAccountsFile } from "../storage/accounts-file";
import { createHostKeys, type HostKeys } from "../storage/host-auth";
import { createHostConfigKey, type HostConfigKey } from "../storage/host-config";
import { systemChance } from "../system/chance";
import { systemClock } from "../system/clock";
import { environment } from "../system/env";
import { type DefaultCredentials, environmentView } from "../system/env-accounts";
import type { Environment } from "../system/env-entry";
import { systemFiles } from "../system/files";
import { parseJsonc } from "../system/jsonc";
import { createLocks } from "../system/locks";
import { poolPaths } from "../system/paths";
import { openSettings } from "./settings";

// opencode waits for this file at its start, so it loads only what tells whether there are accounts.

/** Where accounts come from, and who listens: all that the start of opencode needs. */
export interface Sources {
  readonly accounts: AccountStore;
  /** The file, opencode's own keys and the environment as one. */
  readonly source: AccountSource;
  readonly hostKeys: HostKeys;
  readonly hostConfig: HostConfigKey;
  readonly events: EventHub;
  /** What the user has chosen, as it is now. */
  readonly settings: () => Settings;
}

const NOBODY: AccountsView = { entries: [] };

/** Names the sources of this user's accounts; reads nothing before it is asked. */
export function openSources(): Sources {
  const env = environment();
  const paths = poolPaths(env);
  const world = { files: systemFiles, clock: systemClock, chance: systemChance };
  const accounts = createAccountsFile({ ...world, locks: createLocks(), path: paths.accountsFile });
  const content = env["OPENCODE_AUTH_CONTENT"];
  const given = content === undefined ? {} : { content };
  const hostKeys = createHostKeys({ ...world, path: paths.hostAuthFile, ...given });
  const { home, hostConfigDirectory: directory } = paths;
  const settings = openSettings();
  const address = () => settings().endpoints.geminiApi;
  const hostConfig = createHostConfigKey({ files: systemFiles, directory, home, env, parse: parseJsonc, address });
  // Keys that opencode would send to the user's own gateway are not for Google's eyes, nor are the prompts; wishes are.
  const goesElsewhere = () => hostConfig.gateway() !== undefined;
  const words = () => (accounts.current().entries.length === 0 ? hostConfig.gatewayWords() : undefined);
  const left = remade(words, (problem): AccountsView => (problem === undefined ? NOBODY : { ...NOBODY, problem }));
  const ownKeys = { current: () => (goesElsewhere() ? left() : hostKeys.current()) };
  const fromEnvironment = openEnvironment(env, paths.home, settings);
  const ofShell = { current: () => (goesElsewhere() && settings().env === undefined ? NOBODY : fromEnvironment()) };
  const source = createRoster([accounts, ownKeys, hostConfig, ofShell]);
  const events = createEventHub(() => {
    // A listener's fault is its own: the pool has nobody to tell without breaking the host's screen.
  });
  return { accounts, source, hostKeys, hostConfig, events, settings };
}

/** The accounts of the environment as the options want them; what gcloud has is looked at only where they ask for it. */
function openEnvironment(env: Environment, home: string, settings: () => Settings): () => AccountsView {
  let watch: (() => DefaultCredentials | undefined) | undefined;
  const open = () => {
    const { watchDefaultCredentials } = require("./live-environment") as typeof import("./live-environment");
    return watchDefaultCredentials({ files: systemFiles, env: () => env, home });
  };
  let seen: { readonly wish: Settings["env"]; readonly adc: DefaultCredentials | undefined } | undefined;
  const now = () => {
    const { env: wish } = settings();
    if (wish) watch ??= open();
    const adc = wish ? watch?.() : undefined;
    if (seen?.wish !== wish || seen?.adc !== adc) seen = { wish, adc };
    return seen;
  };
  return remade(now, (found) => environmentView(env, found?.wish, found?.adc));
}
