import { join } from "node:path";
import { addLogin } from "../../src/enrol/add-login";
import { createOAuthLogin } from "../../src/google/oauth-login";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { createBrowser } from "../../src/system/browser";
import { systemChance } from "../../src/system/chance";
import { systemClock } from "../../src/system/clock";
import { systemFetch } from "../../src/system/fetch";
import { systemFiles } from "../../src/system/files";
import { createLocks } from "../../src/system/locks";
import { systemLoopback } from "../../src/system/loopback";
import { systemSecrets } from "../../src/system/secrets";

/**
 * A process of its own that logs in: `bun login-child.ts GOOGLE DIRECTORY`. Prints one line when it waits and one with the end;
 * what comes on standard input is pasted.
 */
const [google = "", directory = ""] = process.argv.slice(2);
const [clock, chance] = [systemClock, systemChance];
const path = join(directory, "gemini-auth.json");
const parts = {
  oauth: createOAuthLogin({
    fetch: systemFetch,
    authorizeUrl: `${google}/o/oauth2/v2/auth`,
    tokenUrl: `${google}/token`,
    userinfoUrl: `${google}/oauth2/v2/userinfo`,
  }),
  loopback: systemLoopback,
  browser: createBrowser({ platform: "linux", isContainer: () => false }),
  secrets: systemSecrets,
  clock,
  chance,
  store: createAccountsFile({ files: systemFiles, locks: createLocks(), clock, chance, path }),
};
const client = { id: "own-client.apps.example", secret: "own-client-secret" };
const start = await addLogin({ backend: "gemini-api", client, project: "side-1" }, parts);
if (start.kind === "started") {
  const { url, isOpened, paste } = start.pending;
  process.stdout.write(`${JSON.stringify({ url, isOpened })}\n`);
  process.stdin.on("data", (text) => void paste(String(text))).unref();
  process.stdout.write(`${JSON.stringify(await start.done)}\n`);
}
