import { afterEach, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import type { AccountOperation } from "../../src/ports/account-store";
import { askingProcesses, type Got } from "../support/asking-process";
import { aCooldown, aKey, aLogin, anAccount, aSeat } from "../support/builders";
import { GOOGLE, KEYS, keyAccount, SEAT, seatAccount } from "../support/google-world";
import { accountsOf, stateOf } from "../support/home-stores";
import { hostWorld } from "../support/host-world";

const { world, cleanUp } = hostWorld();
const { start, endAll } = askingProcesses();
afterEach(async () => {
  await endAll();
  await cleanUp();
});

/** All twenty are answered by one account, from the very first on. */
const all = (label: string) => Array.from({ length: 20 }, () => label);
const answerers = (got: readonly Got[]) => got.map(({ from }) => from);

const enable = (label: string, enabled: boolean): AccountOperation => ({
  type: "set-enabled",
  id: `k-${label}`,
  enabled,
});
const add = (label: keyof typeof KEYS): AccountOperation => ({
  type: "add",
  account: anAccount({ id: `k-${label}`, label, quotaProject: `project-of-${label}` }),
  credential: aKey(KEYS[label]),
});

// The options file joins this list once it is noticed without a restart.
describe("what another process changes holds on the very next request of one that runs", () => {
  test("an account that is disabled, and enabled again while the other is disabled", async () => {
    const { home } = await world({ accounts: [keyAccount("one"), keyAccount("two", { enabled: false })] });
    const [running, store] = [await start(home), accountsOf(home)];
    expect(answerers(await running.ask(20))).toEqual(all("one"));
    await store.update([enable("one", false), enable("two", true)]);
    expect(answerers(await running.ask(20))).toEqual(all("two"));
    await store.update([enable("one", true), enable("two", false)]);
    expect(answerers(await running.ask(20))).toEqual(all("one"));
  }, 60_000);

  test("the account that answers now is removed while requests run", async () => {
    const { home, google } = await world({ accounts: [keyAccount("one"), keyAccount("two")] });
    const [running, store] = [await start(home), accountsOf(home)];
    const [first] = answerers(await running.ask());
    const left = first === "one" ? "two" : "one";
    const meanwhile = running.ask(60, 5);
    await Bun.sleep(100);
    await store.update([{ type: "remove", id: `k-${first}`, at: Date.now() }]);
    const callsThen = google.stats().generate[first ?? ""] ?? 0;
    const got = answerers(await meanwhile);
    expect(got).toContain(left);
    // The one that was on its way when the file changed may still be counted.
    expect(google.stats().generate[first ?? ""] ?? 0).toBeLessThanOrEqual(callsThen + 1);
    expect(answerers(await running.ask(20))).toEqual(all(left));
  }, 60_000);

  test("the first account of an empty pool, and one that takes another's place", async () => {
    const { home } = await world({ accounts: [] });
    const [running, store] = [await start(home), accountsOf(home)];
    expect((await running.ask())[0]?.status).not.toBe(200);
    await store.update([add("one")]);
    expect(answerers(await running.ask(20))).toEqual(all("one"));
    await store.update([add("two"), { type: "remove", id: "k-one", at: Date.now() }]);
    expect(answerers(await running.ask(20))).toEqual(all("two"));
  }, 60_000);

  test("a login elsewhere: the new token is used and the old one never comes back", async () => {
    const again = { label: "again", refreshToken: "1//example-again", client: SEAT.client, project: SEAT.project };
    const scenario = { accounts: [...GOOGLE.accounts, again] };
    const { home, google } = await world({ accounts: [seatAccount()], scenario });
    const [running, store] = [await start(home), accountsOf(home)];
    expect(answerers(await running.ask(20))).toEqual(all("seat"));
    const subject = "109800000000000000001";
    const credential = aLogin({ refreshToken: again.refreshToken, client: SEAT.client, subject, generation: 0 });
    const { accessToken: _accessToken, expiresAt: _expiresAt, ...login } = credential;
    await store.update([
      { type: "add", account: aSeat({ id: "s-new", project: SEAT.project, subject }), credential: login },
    ]);
    expect(answerers(await running.ask(20))).toEqual(all("again"));
    expect(google.stats().refreshes).toEqual({ seat: 1, again: 1 });
    expect(readFileSync(home.accountsFile, "utf8")).not.toContain(SEAT.refreshToken);
  }, 60_000);

  test("a change by hand, with an editor", async () => {
    const { home } = await world({ accounts: [keyAccount("one"), keyAccount("two", { enabled: false })] });
    const running = await start(home);
    expect(answerers(await running.ask(20))).toEqual(all("one"));
    const { accounts } = home.readAccounts();
    const swapped = accounts.map((account) => ({ ...account, enabled: !account["enabled"] }));
    writeFileSync(home.accountsFile, JSON.stringify({ version: 1, accounts: swapped }));
    expect(answerers(await running.ask(20))).toEqual(all("two"));
  }, 60_000);
});

test("a request that waits because everybody is limited wakes within a second of an account's coming", async () => {
  const { home } = await world({ accounts: [keyAccount("one")] });
  const [running, store, state] = [await start(home), accountsOf(home), stateOf(home)];
  await running.ask();
  const waits: number[] = [];
  for (let round = 0; round < 5; round++) {
    const now = Date.now();
    const scope = { kind: "account" as const, accountId: "k-one" };
    // Longer waits are not waited for at all.
    state.apply([{ type: "cooldown.set", cooldown: aCooldown({ scope, since: now, until: now + 1_950 }) }]);
    const waiting = running.ask();
    await Bun.sleep(250);
    await store.update([add("two")]);
    const added = Date.now();
    const [got] = await waiting;
    expect(got?.from).toBe("two");
    waits.push((got?.at ?? Number.POSITIVE_INFINITY) - added);
    await store.update([{ type: "remove", id: "k-two", at: Date.now() }]);
    state.apply([{ type: "cooldown.lifted", key: "account:k-one", at: Date.now() }]);
  }
  state.close();
  console.log(`a waiter woke ${waits.map((ms) => `${ms} ms`).join(", ")} after the account came`);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
}, 60_000);
