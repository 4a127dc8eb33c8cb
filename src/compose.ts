import type { Options } from "./config/options";
import type { Account, BackendName } from "./core/account";
import type { CallTraits } from "./core/call";
import type { PoolSnapshot } from "./core/snapshot";
import type { GoogleBackend } from "./google/backends/google-backend";
import { isServed } from "./google/served";
import type { FaceParts } from "./opencode/parts";
import type { AccountPool } from "./pool/account-pool";
import type { Dispatch } from "./pool/dispatch";
import { createEventHub, type EventHub } from "./pool/event-hub";
import { once } from "./pool/once";
import { createRoster } from "./pool/roster";
import type { AccountSource, AccountStore } from "./ports/account-store";
import type { StateStore } from "./ports/state-store";
import type { KeyProbe } from "./ports/upstream";
import { createAccountsFile } from "./storage/accounts-file";
import { createHostKeys, type HostKeys } from "./storage/host-auth";
import { createHostConfigKey, type HostConfigKey } from "./storage/host-config";
import { systemChance } from "./system/chance";
import { systemClock } from "./system/clock";
import { environment } from "./system/env";
import { environmentAccounts } from "./system/env-accounts";
import { onProcessExit } from "./system/exit";
import { systemFetch } from "./system/fetch";
import { systemFiles } from "./system/files";
import { isHostRun, isHostWorker } from "./system/host-mode";
import { parseJsonc } from "./system/jsonc";
import { createLocks } from "./system/locks";
import { poolPaths } from "./system/paths";
import { clockTimes, localOffsetMs } from "./view/clock-time";

// opencode waits for this file at its start, so it loads only what tells whether there are accounts.
// Everything a request needs comes with the first one, or a moment after the start.

/** Where accounts come from, and who listens: all that the start of opencode needs. */
export interface Sources {
  readonly accounts: AccountStore;
  /** The file, opencode's own keys and the environment as one. */
  readonly source: AccountSource;
  readonly hostKeys: HostKeys;
  readonly hostConfig: HostConfigKey;
  readonly events: EventHub;
}

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
  const hostConfig = createHostConfigKey({ files: systemFiles, directory, home, env, parse: parseJsonc });
  const fromEnvironment = { entries: environmentAccounts(env) };
  const source = createRoster([accounts, hostKeys, hostConfig, { current: () => fromEnvironment }]);
  const events = createEventHub(() => {
    // A listener's fault is its own: the pool has nobody to tell without breaking the host's screen.
  });
  return { accounts, source, hostKeys, hostConfig, events };
}

/** What every face reads and changes: the stores of this user, without a pool. */
export interface Stores extends Sources {
  readonly state: StateStore;
  readonly probe: KeyProbe;
  readonly endpoints: { readonly geminiApi: string; readonly codeAssist: string; readonly oauthToken: string };
  readonly settings: Pick<Options, "policy" | "modelGroups">;
  snapshot(inFlight?: (id: string) => number): PoolSnapshot;
  close(): void;
}

/** Opens the stores of this user. */
export async function openStores(sources: Sources = openSources()): Promise<Stores> {
  const [
    { createKeyProbe },
    { createStateStore },
    { openDatabase },
    { createPortrait },
    { endpoints, settings, errors },
  ] = await Promise.all([
    import("./google/key-probe"),
    import("./storage/state-database"),
    import("./system/database"),
    import("./pool/portrait"),
    readSettings(),
  ]);
  const { source, events } = sources;
  const path = poolPaths(environment()).stateDatabase;
  const state = createStateStore({ files: systemFiles, clock: systemClock, openDatabase, path, events });
  const probe = createKeyProbe({ fetch: systemFetch, geminiApi: endpoints.geminiApi, now: systemClock.now });
  let degraded: string | undefined;
  events.subscribe((event) => {
    if (event.type === "storage.degraded") degraded = event.sentence;
  });
  const { modelGroups } = settings;
  const problems = () => [degraded, ...errors];
  const snapshot = createPortrait({ source, state, clock: systemClock, serves: isServed, modelGroups, problems });
  return { ...sources, state, probe, endpoints, settings, snapshot, close: () => state.close() };
}

/** The one pool of a process, and what its faces need beside it. */
export interface OpenPool extends Stores {
  readonly dispatch: Dispatch;
  readonly pool: AccountPool;
}

/** The stores with a pool on top. */
export async function openPool(sources?: Sources): Promise<OpenPool> {
  const [
    stores,
    { AccountPool },
    { createDispatch },
    { Tokens },
    { createOAuthRefresher },
    { describe },
    { hasSignatures, isRepairable },
    { QuotaWatch },
    { createQuotaProbe },
    { textChars },
  ] = await Promise.all([
    openStores(sources),
    import("./pool/account-pool"),
    import("./pool/dispatch"),
    import("./pool/tokens"),
    import("./google/oauth"),
    import("./google/describe"),
    import("./google/signatures"),
    import("./pool/quota-watch"),
    import("./google/quota-probe"),
    import("./google/text-chars"),
  ]);
  const { accounts: store, source, state, events, endpoints, settings } = stores;
  const world = { clock: systemClock, chance: systemChance, fetch: systemFetch, events };
  const refresher = createOAuthRefresher({ fetch: systemFetch, tokenUrl: endpoints.oauthToken });
  const tokens = new Tokens({ store, refresher, clock: systemClock, events });
  const backends = await openBackends(stores);
  const serves = (account: Account, call: CallTraits) =>
    isServed(account) && (backends[account.backend]?.supports(call) ?? false);
  const pool = new AccountPool({ ...world, source, state, serves, ...settings });
  const probe = createQuotaProbe({ fetch: systemFetch, codeAssist: endpoints.codeAssist });
  const quotas = new QuotaWatch({ probe, state, clock: systemClock, inFlightNow: () => pool.inFlightNow() });
  const reading = { describe, hasSignatures, isRepairable, textChars };
  const dispatch = createDispatch({ ...world, ...reading, pool, tokens, backends, quotas });
  return { ...stores, pool, dispatch, snapshot: () => stores.snapshot((id) => pool.inFlight(id)) };
}

async function openBackends({ endpoints }: Stores): Promise<Partial<Record<BackendName, GoogleBackend>>> {
  const [{ createGeminiApiBackend }, { createCodeAssistBackend }] = await Promise.all([
    import("./google/backends/gemini-api"),
    import("./google/backends/code-assist"),
  ]);
  const { geminiApi, codeAssist } = endpoints;
  return {
    "gemini-api": createGeminiApiBackend({ clock: systemClock, endpoint: geminiApi }),
    "code-assist": createCodeAssistBackend({ clock: systemClock, endpoint: codeAssist, newId: systemChance.id }),
  };
}

/** Sources, and a pool that is opened once, when it is first needed. */
export interface LazyPool {
  readonly sources: Sources;
  open(): Promise<OpenPool>;
  /** Writes what the pool still holds in memory, if it was ever opened. */
  flush(): void;
}

/** A pool that costs nothing before its first use. */
export function lazyPool(sources: Sources = openSources()): LazyPool {
  const { get, made } = once(() => openPool(sources));
  return { sources, open: get, flush: () => made()?.state.flush() };
}

let shared: LazyPool | undefined;

/** The pool of this process: opencode calls its plugins once per directory and again after each dispose. */
export function sharedPool(): LazyPool {
  if (!shared) {
    const pool = lazyPool();
    onProcessExit(pool.flush);
    shared = pool;
  }
  return shared;
}

/** What the opencode face needs, with its own little decisions about this host. */
export function openFace(pool: LazyPool = sharedPool()): FaceParts {
  const { source, hostKeys, hostConfig, events } = pool.sources;
  hostConfig.reload();
  return {
    dispatch: async (request) => (await pool.open()).dispatch(request),
    snapshot: async () => (await pool.open()).snapshot(),
    // Whoever asks first hears of what went wrong; nobody waits for this.
    warmUp: () => void systemClock.after(0, () => void pool.open().catch(() => undefined)),
    hasAccounts: () => {
      const { entries, problem } = source.current();
      return entries.length > 0 || problem !== undefined;
    },
    hasMarker: () => hostKeys.hasMarker(),
    storedHostKey: () => {
      const credential = hostKeys.current().entries[0]?.credential;
      return credential?.kind === "api-key" ? credential.key : undefined;
    },
    addKey: async (key, label) => {
      const [{ addKey, isAdded }, { accounts: store, state, probe }] = await Promise.all([
        import("./enrol/add-key"),
        pool.open(),
      ]);
      const given = { key, ...(label === undefined ? {} : { label }) };
      const result = await addKey(given, { store, state, probe, chance: systemChance, clock: systemClock });
      return { added: isAdded(result), sentence: result.sentence };
    },
    flush: pool.flush,
    subscribe: (listener) => events.subscribe(listener),
    passThrough: systemFetch,
    isRun: isHostRun(),
    isTuiWorker: isHostWorker(),
    now: systemClock.now,
    formatTime: clockTimes({ now: systemClock.now, offsetMs: localOffsetMs }),
  };
}

async function readSettings() {
  const [{ readOptions }, { resolveEndpoints }] = await Promise.all([
    import("./config/options"),
    import("./config/endpoints"),
  ]);
  const text = readText(poolPaths(environment()).optionsFile);
  const { options, errors } = readOptions(text, parseJsonc);
  return { endpoints: resolveEndpoints(options, environment()), settings: options, errors };
}

/** An options file that cannot be read is as one that is not there: the plugin must never keep opencode from starting. */
function readText(path: string): string | undefined {
  try {
    return systemFiles.stat(path) && systemFiles.read(path);
  } catch {
    return undefined;
  }
}
