import type { OAuthCredential } from "../../src/core/credential";
import { type AddSeatParts, addSeat, type WantedSeat } from "../../src/enrol/add-seat";
import type { SeatResult } from "../../src/enrol/keep-seat";
import type { VerifySeatParts } from "../../src/enrol/verify-seat";
import { createCodeAssistSetup } from "../../src/google/code-assist-setup";
import { createOAuthLogin } from "../../src/google/oauth-login";
import { credentialMark } from "../../src/pool/unpark";
import type { Callback, InstalledClient } from "../../src/ports/login";
import type { TokenSource } from "../../src/ports/upstream";
import type { Scenario, SeatRule } from "../../src/simulator/scenario";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { createMemoryState } from "../../src/storage/memory-state";
import { systemSecrets } from "../../src/system/secrets";
import { fakeClock } from "../support/fake-clock";
import { googleFetch } from "../support/google-fetch";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";

export const CLIENT = { id: "own-client.apps.example", secret: "own-client-secret" };
export const PROJECT = "work-123";
export const OWN: WantedSeat = { client: { kind: "own", client: CLIENT } };
export const INSTALLED: WantedSeat = { client: { kind: "gemini-cli", acceptedTerms: true } };
const PLACE = "https://google.example";

interface SeatWorldOptions {
  readonly seat?: SeatRule;
  readonly faults?: Scenario["faults"];
  readonly consent?: NonNullable<Scenario["oauth"]>["consent"];
  readonly found?: Awaited<ReturnType<InstalledClient["find"]>>;
}

/** A person with this seat, a browser that agrees by itself, an empty store; all in process and by a clock that a test moves. */
export function seatWorld({ seat = {}, faults = [], consent = {}, found }: SeatWorldOptions = {}) {
  const clock = fakeClock();
  const account = {
    label: "me",
    refreshToken: "1//example-me",
    project: PROJECT,
    email: "me@work.example",
    client: CLIENT,
  };
  const google = googleFetch({ accounts: [{ ...account, seat }], faults, oauth: { consent } }, clock.now);
  const [chance, files] = [seededChance(), memoryFiles()];
  const pages: string[] = [];
  let searches = 0;
  let onCallback: (callback: Callback) => void = () => {};
  const open = async (url: string) => {
    const { headers } = await google.fetch(url, { method: "GET" });
    const query = new URL(headers.get("location") ?? "http://nowhere.example").searchParams;
    onCallback({ query, answer: ({ text }) => void pages.push(text) });
    return true;
  };
  const installed: InstalledClient = {
    async find() {
      searches++;
      return found ?? { kind: "found", client: CLIENT };
    },
  };
  const progress: string[] = [];
  const path = "/home/me/.config/opencode/gemini-auth.json";
  const parts = {
    oauth: createOAuthLogin({
      fetch: google.fetch,
      authorizeUrl: `${PLACE}/o/oauth2/v2/auth`,
      tokenUrl: `${PLACE}/token`,
      userinfoUrl: `${PLACE}/oauth2/v2/userinfo`,
    }),
    loopback: {
      async listen(listener: typeof onCallback) {
        onCallback = listener;
        return { redirectUri: "http://127.0.0.1:53124/oauth2callback", close: () => {} };
      },
    },
    browser: { open },
    secrets: systemSecrets,
    clock,
    chance,
    installed,
    markOf: credentialMark,
    onProgress: (sentence: string) => void progress.push(sentence),
    setup: createCodeAssistSetup({ fetch: google.fetch, endpoint: PLACE, clock }),
    state: createMemoryState(),
    store: createAccountsFile({ files, locks: memoryLocks(), clock, chance, path }),
  } satisfies AddSeatParts;
  /** What the file has: tokens are not refreshed here. */
  const tokens: TokenSource = {
    access: async (_account, credential) => ({
      kind: "access",
      access: { kind: "bearer", token: (credential as OAuthCredential).accessToken ?? "none" },
    }),
    invalidate: () => {},
  };
  const count = (path: string) => google.calls.filter((call) => call.path === path).length;
  return {
    clock,
    parts,
    pages,
    progress,
    verifying: { ...parts, tokens } satisfies VerifySeatParts,
    calls: google.calls,
    count,
    searches: () => searches,
    entries: () => parts.store.current().entries,
    parked: (id: string) => parts.state.current().parked.get(id),
    /** A login from its start to its end, by the browser. */
    logIn: async (wanted: WantedSeat = OWN): Promise<SeatResult> => {
      const start = await addSeat(wanted, parts);
      if (start.kind !== "started") throw new Error(start.sentence);
      const end = await clock.finish(start.done);
      if (end.kind !== "concluded") throw new Error(`${end.kind}: ${end.sentence}`);
      return end.result;
    },
  };
}

/** One more try with the same login; there must be one. */
export function again(result: SeatResult, project?: string): Promise<SeatResult> {
  if (!("retry" in result) || result.retry === undefined) throw new Error(`no retry: ${result.sentence}`);
  return result.retry(project);
}

/** The id of an account that must have come of it. */
export function idOf(result: SeatResult): string {
  if (!result.ok) throw new Error(result.sentence);
  return result.id;
}
