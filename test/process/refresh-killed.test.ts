import { afterEach, expect, test } from "bun:test";
import { askingProcesses } from "../support/asking-process";
import { aLogin } from "../support/builders";
import { GOOGLE, SEAT, seatAccount } from "../support/google-world";
import { accountsOf } from "../support/home-stores";
import { hostWorld } from "../support/host-world";

const { world, cleanUp } = hostWorld();
const { start, endAll } = askingProcesses();
afterEach(async () => {
  await endAll();
  await cleanUp();
});

const OLD_TOKEN = "ya29.example-old";
const [one, two, seat] = GOOGLE.accounts;
/** A seat with a token that is still good, at Google and here; its first refresh is never answered. */
const scenario = {
  accounts: [one, two, { ...seat, accessToken: OLD_TOKEN }] as typeof GOOGLE.accounts,
  faults: [{ on: { path: "token" as const }, calls: [1], answer: "silent" }],
};

const login = (expiresAt: number, generation: number) =>
  aLogin({
    refreshToken: SEAT.refreshToken,
    client: SEAT.client,
    accessToken: OLD_TOKEN,
    expiresAt,
    subject: "109800000000000000001",
    generation,
  });

async function until(isTrue: () => boolean): Promise<void> {
  const limit = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > limit) throw new Error("waited too long");
    await Bun.sleep(10);
  }
}

test("a process that dies in the middle of a refresh holds the others up for its lock's five seconds, and no longer", async () => {
  const credential = login(Date.now() + 3_600_000, 1);
  const { home, google } = await world({ accounts: [seatAccount({ credential })], scenario });
  const [dying, waiting, open] = await Promise.all([start(home), start(home), start(home)]);
  // This one has the old token in its memory.
  expect((await open.ask())[0]?.from).toBe("seat");
  const tokenCalls = () => google.log().filter(({ path }) => path === "token").length;
  expect(tokenCalls()).toBe(0);

  const store = accountsOf(home);
  await store.update([{ type: "replace-credential", id: "s-seat", credential: login(Date.now(), 2) }]);
  dying.ask().catch(() => {});
  await until(() => tokenCalls() === 1);
  const began = performance.now();
  const answer = waiting.ask();
  await Bun.sleep(100);
  await dying.kill();
  expect((await answer)[0]).toMatchObject({ status: 200, from: "seat" });
  const waitedMs = performance.now() - began;
  console.log(`the other process went on after ${(waitedMs / 1_000).toFixed(2)} s`);
  // Five seconds, the second to which some file systems stamp, and a slow machine.
  expect(waitedMs).toBeLessThan(7_500);
  expect(google.stats().refreshes).toEqual({ seat: 1 });

  expect((await open.ask(5)).map(({ from }) => from)).toEqual(Array(5).fill("seat"));
  expect((await waiting.ask(5)).map(({ from }) => from)).toEqual(Array(5).fill("seat"));
  expect(tokenCalls()).toBe(2);
  expect(store.current().entries[0]?.credential).toMatchObject({ generation: 3 });
  expect(store.current().entries[0]?.credential).not.toMatchObject({ accessToken: OLD_TOKEN });
}, 60_000);
