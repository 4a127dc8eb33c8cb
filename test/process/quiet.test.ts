import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { askingProcesses } from "../support/asking-process";
import { keyAccount, seatAccount } from "../support/google-world";
import { databaseOf, stateDirectoryOf, stateOf } from "../support/home-stores";
import { hostWorld } from "../support/host-world";
import type { Home } from "../support/opencode-home";

const { world, cleanUp } = hostWorld();
const { start, endAll } = askingProcesses();
afterEach(async () => {
  await endAll();
  await cleanUp();
});

const REQUESTS = 200;

/** SQLite counts the transactions since the first process opened it in the third word of its shared memory. */
const commits = (home: Home): number => new DataView(readFileSync(`${databaseOf(home)}-shm`).buffer).getUint32(8, true);

const accountsStamp = ({ accountsFile }: Home) => {
  const { ino, mtimeMs, size } = statSync(accountsFile);
  return { ino, mtimeMs, size, text: readFileSync(accountsFile, "utf8") };
};

const stateBytes = (home: Home): number =>
  readdirSync(stateDirectoryOf(home), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

for (const [name, account] of [
  ["key", keyAccount("one")],
  ["seat", seatAccount()],
] as const) {
  test(`200 answered requests of a ${name} write the accounts file not once and the state four times a second at most`, async () => {
    const { home } = await world({ accounts: [account] });
    const running = await start(home);
    // The first one refreshes the token and gives the conversation its home.
    await running.ask();
    await Bun.sleep(300);
    const before = { stamp: accountsStamp(home), commits: commits(home) };
    const began = performance.now();
    const got = await running.ask(REQUESTS, 10);
    const seconds = (performance.now() - began) / 1_000;
    const written = commits(home) - before.commits;
    expect(got.filter(({ status }) => status === 200).length).toBe(REQUESTS);
    expect(accountsStamp(home)).toEqual(before.stamp);
    console.log(`${REQUESTS} requests in ${seconds.toFixed(1)} s: ${written} writes of the state`);
    expect(written).toBeGreaterThan(0);
    // One more for the piece of a quarter of a second at either end.
    expect(written).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 2);
    await running.end();
    const state = stateOf(home);
    expect(state.usage(Date.now()).get(String(account.id))?.total.requests).toBe(REQUESTS + 1);
    state.close();
    const files = [...readdirSync(stateDirectoryOf(home)), ...readdirSync(join(home.root, "config", "opencode"))];
    expect(files.filter((file) => /tmp|corrupt|\.lock$/.test(file))).toEqual([]);
    expect(stateBytes(home)).toBeLessThan(1_000_000);
  }, 60_000);
}
