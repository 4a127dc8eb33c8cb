import { afterEach, describe, expect, test } from "bun:test";
import { type AddSeatParts, addSeat } from "../../src/enrol/add-seat";
import { createCodeAssistSetup } from "../../src/google/code-assist-setup";
import { createOAuthLogin } from "../../src/google/oauth-login";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { createMemoryState } from "../../src/storage/memory-state";
import { systemFetch } from "../../src/system/fetch";
import { createLoopback } from "../../src/system/loopback";
import { systemSecrets } from "../../src/system/secrets";
import { type Emulator, startEmulator } from "../emulator/server";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";
import { visit } from "./login-world";
import { CLIENT, OWN, PROJECT } from "./seat-world";

const open: Emulator[] = [];
afterEach(async () => {
  for (const google of open.splice(0)) await google.close();
});

/** Google on loopback over real sockets, a browser that agrees, and an empty store. */
async function world(seat: { onboardPolls?: number }) {
  const account = { label: "me", refreshToken: "1//example-me", project: PROJECT, client: CLIENT, seat };
  const google = await startEmulator({ accounts: [account] });
  open.push(google);
  const [clock, chance, files] = [fakeClock(), seededChance(), memoryFiles()];
  const fetch: typeof systemFetch = (url, init) => clock.hold(systemFetch(url, init));
  const shown: ReturnType<typeof visit>[] = [];
  const parts: AddSeatParts = {
    oauth: createOAuthLogin({
      fetch,
      authorizeUrl: `${google.url}/o/oauth2/v2/auth`,
      tokenUrl: `${google.url}/token`,
      userinfoUrl: `${google.url}/oauth2/v2/userinfo`,
    }),
    loopback: createLoopback(),
    browser: { open: async (url) => shown.push(visit(url)) > 0 },
    secrets: systemSecrets,
    installed: { find: async () => ({ kind: "none", sentence: "not asked" }) },
    setup: createCodeAssistSetup({ fetch, endpoint: google.url, clock }),
    state: createMemoryState(),
    store: createAccountsFile({ files, locks: memoryLocks(), clock, chance, path: "/home/me/gemini-auth.json" }),
    clock,
    chance,
  };
  return { google, clock, parts, shown };
}

describe("a seat's login over real sockets", () => {
  test("ends in an account and a page that says so; the seat is looked up once", async () => {
    const { google, parts, shown } = await world({});
    const start = await addSeat(OWN, parts);
    if (start.kind !== "started") throw new Error(start.sentence);
    expect(await start.done).toMatchObject({ kind: "concluded", result: { kind: "added" } });
    expect(google.stats().byPath).toEqual({ authorize: 1, token: 1, userinfo: 1, load: 1 });
    expect((await shown[0])?.text).toContain("Gemini Code Assist in work-123");
    expect(parts.store.current().entries[0]?.account).toMatchObject({ backend: "code-assist", project: PROJECT });
  });

  test("has it set up at once where Google does not take long", async () => {
    const { google, parts } = await world({ onboardPolls: 0 });
    const start = await addSeat({ ...OWN, project: PROJECT }, parts);
    if (start.kind !== "started") throw new Error(start.sentence);
    expect(await start.done).toMatchObject({ kind: "concluded", result: { kind: "added" } });
    expect(google.stats().byPath).toMatchObject({ load: 1, onboard: 1 });
  });
});
