import { afterEach } from "bun:test";
import { join } from "node:path";
import { type AddedLogin, type AddLoginParts, addLogin, type WantedLogin } from "../../src/enrol/add-login";
import type { LoginEnd } from "../../src/enrol/browser-login";
import { createOAuthLogin } from "../../src/google/oauth-login";
import type { Browser } from "../../src/ports/login";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { createMemoryState } from "../../src/storage/memory-state";
import { systemFetch } from "../../src/system/fetch";
import { createLoopback, type Listen } from "../../src/system/loopback";
import { systemSecrets } from "../../src/system/secrets";
import { type Emulator, startEmulator } from "../emulator/server";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";

/** Google as a login sees it: whoever logs in with the own client is this person. */
export const OWN_CLIENT = { id: "own-client.apps.example", secret: "own-client-secret" };
export const PERSON = { label: "me", refreshToken: "1//example-me", project: "side-1", client: OWN_CLIENT } as const;
export const ME = "me@work.example";
export const SOMEBODY_ELSE = { ...PERSON, label: "you", refreshToken: "1//example-you", email: "you@home.example" };
export const WANTED: WantedLogin = { backend: "gemini-api", client: OWN_CLIENT, project: "side-1" };

type Scenario = Parameters<typeof startEmulator>[0];
type Consent = NonNullable<NonNullable<Scenario["oauth"]>["consent"]>;

export interface LoginWorldOptions {
  readonly consent?: Consent;
  readonly faults?: Scenario["faults"];
  readonly listen?: Listen;
  /** What the browser does; default: agrees, follows Google back and shows the page. */
  readonly open?: (url: string) => Promise<boolean>;
}

/** What a browser showed last. */
export interface Shown {
  readonly status: number;
  readonly text: string;
}

/** Follows Google's redirect back to the loopback, as a browser does. */
export async function visit(url: string): Promise<Shown> {
  const consent = await fetch(url, { redirect: "manual" });
  const location = consent.headers.get("location");
  if (location === null) return { status: consent.status, text: await consent.text() };
  return show(location);
}

export async function show(url: string): Promise<Shown> {
  const page = await fetch(url);
  return { status: page.status, text: await page.text() };
}

/** Where Google sends the browser, without going there: what a person copies out of the address bar. */
export async function returnedTo(url: string): Promise<string> {
  const { headers } = await fetch(url, { redirect: "manual" });
  return headers.get("location") ?? "nowhere";
}

const open: Emulator[] = [];
afterEach(async () => {
  for (const google of open.splice(0)) await google.close();
});

/** An empty store, Google on loopback, real sockets for the browser's answer, and a clock that stands still. */
export async function loginWorld({ consent = {}, faults = [], listen, open: opens }: LoginWorldOptions = {}) {
  const google = await startEmulator({
    accounts: [{ ...PERSON, email: ME }, SOMEBODY_ELSE],
    oauth: { consent },
    faults,
  });
  open.push(google);
  const [clock, chance, files] = [fakeClock(), seededChance(), memoryFiles()];
  const path = join("/home/me/.config/opencode", "gemini-auth.json");
  const shown: Promise<Shown>[] = [];
  const browser: Browser = {
    open: async (url) => (opens ? opens(url) : shown.push(visit(url)) > 0),
  };
  const parts = {
    oauth: createOAuthLogin({
      fetch: systemFetch,
      authorizeUrl: `${google.url}/o/oauth2/v2/auth`,
      tokenUrl: `${google.url}/token`,
      userinfoUrl: `${google.url}/oauth2/v2/userinfo`,
    }),
    loopback: createLoopback(listen),
    browser,
    secrets: systemSecrets,
    clock,
    chance,
    state: createMemoryState(),
    store: createAccountsFile({ files, locks: memoryLocks(), clock, chance, path }),
  } satisfies AddLoginParts;
  return { google, clock, files, path, parts, shown, entries: () => parts.store.current().entries };
}

/** Starts one that must start. */
export async function started(wanted: WantedLogin, parts: AddLoginParts) {
  const start = await addLogin(wanted, parts);
  if (start.kind === "wrong") throw new Error(start.sentence);
  return start;
}

/** The result of a login that must come to one. */
export function concluded(end: LoginEnd<AddedLogin>): AddedLogin {
  if (end.kind !== "concluded") throw new Error(`${end.kind}: ${end.sentence}`);
  return end.result;
}

/** A login from its start to its end, by the browser. */
export const logIn = async (parts: AddLoginParts, more: Partial<WantedLogin> = {}): Promise<AddedLogin> =>
  concluded(await (await started({ ...WANTED, ...more }, parts)).done);
