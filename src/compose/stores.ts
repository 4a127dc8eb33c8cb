import { isReachable } from "../config/settings";
import type { Account } from "../core/account";
import type { PoolSnapshot } from "../core/snapshot";
import { isServed } from "../google/served";
import { remade } from "../pool/remade";
import type { MarkOf } from "../pool/unpark";
import type { StateStore } from "../ports/state-store";
import type { KeyProbe } from "../ports/upstream";
import { systemClock } from "../system/clock";
import { environment } from "../system/env";
import { systemFetch } from "../system/fetch";
import { systemFiles } from "../system/files";
import { poolPaths } from "../system/paths";
import { openSources, type Sources } from "./sources";

/** What every face reads and changes: the stores of this user, without a pool. */
export interface Stores extends Sources {
  readonly state: StateStore;
  readonly probe: KeyProbe;
  /** Whether this version can use an account, and knows where to. */
  readonly serves: (account: Account) => boolean;
  /** Tells one credential from another, also where it lies beside our files. */
  readonly markOf: MarkOf;
  snapshot(inFlight?: (id: string) => number): PoolSnapshot;
  close(): void;
}

/**
 * Opens the stores of this user. Without `given` for somebody who has no pool and is gone in a moment: they leave a state
 * database of a newer version where it is.
 */
export async function openStores(given?: Sources): Promise<Stores> {
  const sources = given ?? openSources();
  const keepsNewer = given === undefined;
  const [
    { createKeyProbe },
    { createStateStore },
    { openDatabase },
    { createPortrait },
    { parkClientless },
    { credentialMark },
    { secretVersion },
  ] = await Promise.all([
    import("../google/key-probe"),
    import("../storage/state-database"),
    import("../system/database"),
    import("../pool/portrait"),
    import("../enrol/park-clientless"),
    import("../pool/unpark"),
    import("../google/secret-version"),
  ]);
  const { source, events, settings } = sources;
  const path = poolPaths(environment()).stateDatabase;
  const state = createStateStore({
    files: systemFiles,
    clock: systemClock,
    openDatabase,
    path,
    events,
    keepsNewer,
  });
  events.subscribe((event) => state.remember(event));
  const endpoints = () => settings().endpoints;
  const now = systemClock.now;
  const keyProbe = remade(endpoints, ({ geminiApi, vertex }) =>
    createKeyProbe({ fetch: systemFetch, geminiApi, vertex, now }),
  );
  const probe: KeyProbe = { probe: (...given) => keyProbe().probe(...given) };
  const place = { files: systemFiles, env: environment, home: poolPaths(environment()).home };
  const markOf: MarkOf = (credential) => credentialMark(credential, (local) => secretVersion(place, local));
  parkClientless(source.current().entries, { state, now: systemClock.now(), markOf });
  const problems = () => [state.problem(), ...settings().errors];
  const hasAddress = (account: Account) => isReachable(settings(), account);
  const serves = (account: Account) => isServed(account) && hasAddress(account);
  const kinds = { serves: isServed, isReachable: hasAddress };
  const snapshot = createPortrait({ source, state, clock: systemClock, ...kinds, settings, problems, markOf });
  return { ...sources, state, probe, markOf, serves, snapshot, close: () => state.close() };
}
