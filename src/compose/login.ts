import { resolve } from "node:path";
import { isNowhere, nowhereError } from "../core/nowhere";
import { withClients } from "../enrol/more-clients";
import type { WaysParts } from "../enrol/ways/parts";
import { createAccountProbe } from "../google/account-probe";
import { createLocalIdentities } from "../google/local-identities";
import { createOAuthLogin } from "../google/oauth-login";
import { atHome } from "../google/secret-file";
import { remade } from "../pool/remade";
import { Tokens } from "../pool/tokens";
import type { TokenSource } from "../ports/upstream";
import { createInstalledClient } from "../storage/installed-client";
import { createBrowser } from "../system/browser";
import { systemChance } from "../system/chance";
import { systemClock } from "../system/clock";
import { environment } from "../system/env";
import { systemFetch } from "../system/fetch";
import { systemFiles, textIn } from "../system/files";
import { systemLoopback } from "../system/loopback";
import { poolPaths } from "../system/paths";
import { systemSecrets } from "../system/secrets";
import { openGoogle } from "./google";
import type { Stores } from "./stores";

/** All that the ways in need, and what asks Google for an account that is there. */
export interface Login extends WaysParts {
  readonly tokens: TokenSource;
  /** Ends what renews tokens; the stores are their owner's to close. */
  close(): void;
}

/** Wires the ways in over open stores, at the addresses that hold at that moment. Loads nothing of a library before it is used. */
export async function openLogin(
  stores: Pick<Stores, "accounts" | "state" | "probe" | "settings" | "events" | "markOf">,
): Promise<Login> {
  const { accounts, state, probe: keyProbe, settings, events } = stores;
  const store = withClients(accounts, () => settings().oauthClients);
  const endpoints = () => settings().endpoints;
  const { backends, refresher, minter, setup } = await openGoogle(endpoints);
  const [fetch, clock, files, env] = [systemFetch, systemClock, systemFiles, environment];
  const { home } = poolPaths(environment());
  const now = remade(endpoints, ({ oauthAuthorize, oauthToken, userinfo }) => ({
    oauth: createOAuthLogin({ fetch, authorizeUrl: oauthAuthorize, tokenUrl: oauthToken, userinfoUrl: userinfo }),
  }));
  const tokens = new Tokens({ store, refresher, minter, clock, events });
  const absolutePath = (path: string) => resolve(atHome(path, home));
  return {
    store,
    state,
    keyProbe,
    minter,
    clock,
    tokens,
    chance: systemChance,
    accountProbe: createAccountProbe({ fetch, backends }),
    oauth: {
      fault: () => (LOGIN_ADDRESSES.some((name) => isNowhere(endpoints()[name])) ? nowhereError().message : undefined),
      authorizeUrl: (consent) => now().oauth.authorizeUrl(consent),
      exchange: (...given) => now().oauth.exchange(...given),
      whoIs: (...given) => now().oauth.whoIs(...given),
    },
    setup,
    loopback: systemLoopback,
    browser: createBrowser(),
    secrets: systemSecrets,
    installed: createInstalledClient({ files, home, env }),
    identities: createLocalIdentities({ fetch, clock, files, env, home }),
    absolutePath,
    readText: (path) => textIn(path, LARGEST_FILE_BYTES),
    markOf: stores.markOf,
    close: () => tokens.close(),
  };
}

/** All that a login in the browser needs. */
const LOGIN_ADDRESSES = ["oauthAuthorize", "oauthToken", "userinfo"] as const;

/** Larger files are none that anybody gives here on purpose. */
const LARGEST_FILE_BYTES = 1_048_576;
