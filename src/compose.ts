import { resolveEndpoints } from "./config/endpoints";
import { readOptions } from "./config/options";
import type { BackendName } from "./core/account";
import type { CallTraits } from "./core/call";
import type { PoolSnapshot } from "./core/snapshot";
import { snapshotOf } from "./core/snapshot-of";
import { createCodeAssistBackend } from "./google/backends/code-assist";
import { createGeminiApiBackend } from "./google/backends/gemini-api";
import type { GoogleBackend } from "./google/backends/google-backend";
import { describe } from "./google/describe";
import { createKeyProbe } from "./google/key-probe";
import { createOAuthRefresher } from "./google/oauth";
import type { FaceParts } from "./opencode/parts";
import { AccountPool } from "./pool/account-pool";
import { createDispatch, type Dispatch } from "./pool/dispatch";
import { createEventHub, type EventHub } from "./pool/event-hub";
import { createRoster } from "./pool/roster";
import { Tokens } from "./pool/tokens";
import type { AccountSource, AccountStore } from "./ports/account-store";
import type { StateStore } from "./ports/state-store";
import type { KeyProbe } from "./ports/upstream";
import { createAccountsFile } from "./storage/accounts-file";
import { type ConfiguredKey, createConfiguredKey } from "./storage/configured-key";
import { createHostKeys, type HostKeys } from "./storage/host-auth";
import { createStateStore } from "./storage/state-database";
import { systemChance } from "./system/chance";
import { systemClock } from "./system/clock";
import { openDatabase } from "./system/database";
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

/** A person waits for this one. */
const PROBE_LIMIT_MS = 15_000;

const SERVED: ReadonlySet<BackendName> = new Set<BackendName>(["gemini-api", "code-assist"]);

/** What every face reads and changes: the stores of this user, without a pool. */
export interface Stores {
  readonly accounts: AccountStore;
  /** The file, opencode's own keys and the environment as one. */
  readonly source: AccountSource;
  readonly hostKeys: HostKeys;
  readonly configuredKey: ConfiguredKey;
  readonly state: StateStore;
  readonly probe: KeyProbe;
  readonly events: EventHub;
  /** What is wrong with the options file, value by value. */
  readonly optionProblems: readonly string[];
  snapshot(inFlight?: (id: string) => number): PoolSnapshot;
  close(): void;
}

/** Opens the stores of this user; reads nothing before it is asked. */
export function openStores(): Stores {
  const env = environment();
  const paths = poolPaths(env);
  const events = createEventHub(() => {
    // A listener's fault is its own: the pool has nobody to tell without breaking the host's screen.
  });
  const world = { files: systemFiles, clock: systemClock, chance: systemChance };
  const { endpoints, errors } = readEndpoints(paths.optionsFile);
  const accounts = createAccountsFile({ ...world, locks: createLocks(), path: paths.accountsFile });
  const content = env["OPENCODE_AUTH_CONTENT"];
  const hostKeys = createHostKeys({
    ...world,
    path: paths.hostAuthFile,
    ...(content === undefined ? {} : { content }),
  });
  const configuredKey = createConfiguredKey();
  const fromEnvironment = { entries: environmentAccounts(env) };
  const source = createRoster([accounts, configuredKey, hostKeys, { current: () => fromEnvironment }]);
  const state = createStateStore({ ...world, openDatabase, path: paths.stateDatabase, events });
  return {
    accounts,
    source,
    hostKeys,
    configuredKey,
    state,
    probe: createKeyProbe({ fetch: systemFetch, geminiApi: endpoints.geminiApi, now: systemClock.now }),
    events,
    optionProblems: errors,
    snapshot: (inFlight = () => 0) => snapshotNow({ source, state, inFlight }),
    close: () => state.close(),
  };
}

/** The one pool of a process, and what its faces need beside it. */
export interface OpenPool extends Stores {
  readonly dispatch: Dispatch;
  readonly pool: AccountPool;
}

/** The stores with a pool on top. */
export function openPool(): OpenPool {
  const stores = openStores();
  const { accounts: store, source, state, events } = stores;
  const { endpoints } = readEndpoints(poolPaths(environment()).optionsFile);
  const world = { clock: systemClock, chance: systemChance, fetch: systemFetch, events };
  const refresher = createOAuthRefresher({ fetch: systemFetch, tokenUrl: endpoints.oauthToken });
  const tokens = new Tokens({ store, refresher, clock: systemClock, events });
  const speech = { clock: systemClock };
  const backends: Partial<Record<BackendName, GoogleBackend>> = {
    "gemini-api": createGeminiApiBackend({ ...speech, endpoint: endpoints.geminiApi }),
    "code-assist": createCodeAssistBackend({ ...speech, endpoint: endpoints.codeAssist, newId: systemChance.id }),
  };
  const serves = (backend: BackendName, call: CallTraits) => backends[backend]?.supports(call) ?? false;
  const pool = new AccountPool({ source, state, clock: systemClock, events, serves });
  const dispatch = createDispatch({ ...world, pool, tokens, backends, describe });
  return { ...stores, pool, dispatch, snapshot: () => stores.snapshot((id) => pool.inFlight(id)) };
}

let shared: OpenPool | undefined;

/** The pool of this process: opencode calls its plugins once per directory and again after each dispose. */
export function sharedPool(): OpenPool {
  if (!shared) {
    shared = openPool();
    const { state } = shared;
    onProcessExit(() => state.flush());
  }
  return shared;
}

/** What the opencode face needs, with its own little decisions about this host. */
export function openFace(pool: OpenPool = sharedPool()): FaceParts {
  const { source, hostKeys, configuredKey, events, dispatch, snapshot } = pool;
  return {
    dispatch,
    snapshot,
    hasAccounts: () => source.current().entries.length > 0,
    hasMarker: () => hostKeys.hasMarker(),
    storedHostKey: () => {
      const credential = hostKeys.current().entries[0]?.credential;
      return credential?.kind === "api-key" ? credential.key : undefined;
    },
    offerConfiguredKey: (key) => configuredKey.offer(key),
    addKey: async (key, label) => {
      const { addKey, isAdded } = await import("./enrol/add-key");
      const signal = AbortSignal.timeout(PROBE_LIMIT_MS);
      const given = { key, ...(label === undefined ? {} : { label }) };
      const result = await addKey(given, { ...addingParts(pool), signal });
      return { added: isAdded(result), sentence: result.sentence };
    },
    flush: () => pool.state.flush(),
    subscribe: (listener) => events.subscribe(listener),
    passThrough: systemFetch,
    isRun: isHostRun(),
    isTuiWorker: isHostWorker(),
    now: systemClock.now,
    formatTime: clockTimes({ now: systemClock.now, offsetMs: localOffsetMs }),
  };
}

/** What adding a key needs, for every face. */
export const addingParts = ({ accounts, state, probe }: Stores) => ({
  store: accounts,
  state,
  probe,
  chance: systemChance,
  clock: systemClock,
});

function readEndpoints(optionsFile: string) {
  const text = readText(optionsFile);
  const { options, errors } = readOptions(text, parseJsonc);
  return { endpoints: resolveEndpoints(options, environment()), errors };
}

/** An options file that cannot be read is as one that is not there: the plugin must never keep opencode from starting. */
function readText(path: string): string | undefined {
  try {
    return systemFiles.stat(path) && systemFiles.read(path);
  } catch {
    return undefined;
  }
}

function snapshotNow(parts: {
  source: AccountSource;
  state: StateStore;
  inFlight: (id: string) => number;
}): PoolSnapshot {
  const now = systemClock.now();
  const { entries, problem } = parts.source.current();
  return snapshotOf({
    accounts: entries.map(({ account }) => account),
    state: parts.state.current(),
    usage: parts.state.usage(now),
    inFlight: parts.inFlight,
    problem,
    now,
    recentModels: parts.state.recentModels(now),
    served: SERVED,
  });
}
