import { describe, expect, test } from "bun:test";
import { AccountPool } from "../../src/pool/account-pool";
import type { Lease } from "../../src/pool/lease";
import type { AccountsView } from "../../src/ports/account-store";
import { createMemoryState } from "../../src/storage/memory-state";
import { anEntry } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { GOOGLE, KEYS } from "../support/google-world";
import { key, poolWorld } from "../support/pool-world";
import { recordingEvents } from "../support/recording-events";
import { seededChance } from "../support/seeded-chance";

const CALL = { model: "gemini-2.5-pro", method: "generateContent", streaming: false } as const;

const google = { ...GOOGLE, accounts: [...GOOGLE.accounts, { label: "three", key: KEYS.three }] };
const three = () => poolWorld({ accounts: [key("one"), key("two"), key("three")], google });

/** Takes an account for a conversation and keeps it, as a call under way does. */
function take(world: ReturnType<typeof three>, sessionId: string, parentSessionId?: string): Lease {
  const call = {
    model: "gemini-2.5-pro",
    method: "generateContent",
    streaming: false,
    sessionId,
    ...(parentSessionId === undefined ? {} : { parentSessionId }),
  } as const;
  const acquired = world.pool.acquire({
    call,
    model: call.model,
    left: new Set(),
    textChars: () => 400,
    requestId: sessionId,
  });
  if (acquired.kind !== "leased") throw new Error("nobody was free");
  return acquired.lease;
}
const labelOf = (lease: Lease) => lease.entry.account.label;
const tally = (labels: readonly string[]) =>
  Object.fromEntries(["one", "two", "three"].map((name) => [name, labels.filter((label) => label === name).length]));

describe("conversations", () => {
  test("three of thirty turns each stay where they began, one per account", async () => {
    const world = three();
    const seen = new Map<string, Set<string>>();
    for (let turn = 0; turn < 30; turn++) {
      for (const session of ["a", "b", "c"]) {
        const lease = take(world, session);
        lease.answered(false);
        lease.learn({ kind: "success" }, "google");
        lease.release();
        seen.set(session, (seen.get(session) ?? new Set()).add(labelOf(lease)));
        await world.clock.advance(1_000);
      }
    }
    expect([...seen.values()].map((labels) => labels.size)).toEqual([1, 1, 1]);
    expect(new Set([...seen.values()].flatMap((labels) => [...labels])).size).toBe(3);
  });

  test("nine that begin at once spread three by three", () => {
    const world = three();
    const leases = Array.from({ length: 9 }, (_, index) => take(world, `s${index}`));
    expect(tally(leases.map(labelOf))).toEqual({ one: 3, two: 3, three: 3 });
  });

  test("eight children of one parent do not all land on one account, and none on the parent's while others are free", () => {
    const world = three();
    const parent = take(world, "parent");
    parent.answered(false);
    const children = Array.from({ length: 8 }, (_, index) => labelOf(take(world, `child${index}`, "parent")));
    expect(children).not.toContain(labelOf(parent));
    expect(new Set(children).size).toBe(2);
  });

  test("two calls of one conversation stay together while the first is still out", () => {
    const world = three();
    const title = take(world, "a");
    expect(labelOf(take(world, "a"))).toBe(labelOf(title));
  });
});

describe("a lease", () => {
  test("counts as in flight until it is released, once", () => {
    const world = three();
    const lease = take(world, "a");
    const { id } = lease.entry.account;
    expect(world.pool.inFlight(id)).toBe(1);
    const other = take(world, "a");
    lease.release();
    lease.release();
    expect(world.pool.inFlight(id)).toBe(1);
    other.release();
    expect(world.pool.inFlight(id)).toBe(0);
  });

  test("says why the account was picked", () => {
    const world = three();
    expect(take(world, "a").because).toEqual({ kind: "first" });
    expect(take(world, "b").because).toEqual({ kind: "fewest-sessions", count: 0 });
  });
});

describe("what changed outside", () => {
  test("a disabled, removed or added account holds on the next request", async () => {
    const world = poolWorld({ accounts: [key("one")], google });
    await world.ask({ session: "a" });
    world.store.set([key("one", { enabled: false }), key("two")]);
    expect(await world.ask({ session: "a" })).toStartWith("200 Hello from two");
    world.store.set([key("three")]);
    expect(await world.ask({ session: "a" })).toStartWith("200 Hello from three");
  });

  test("a disabled account never sets the time of a refusal", async () => {
    const faults = [
      { on: { account: "one" }, answer: "ca_429_quota_exhausted_5h", with: { resetDelaySeconds: 600 } },
      { on: { account: "two" }, answer: "ca_429_quota_exhausted_5h", with: { resetDelaySeconds: 7_200 } },
    ];
    const world = poolWorld({ accounts: [key("one"), key("two")], google: { ...google, faults } });
    expect(await world.ask()).toBe("refused limited until 12:10:00");
    world.store.set([key("one", { enabled: false }), key("two")]);
    expect(await world.ask()).toBe("refused limited until 14:00:00");
  });
});

describe("a parked account", () => {
  const faults = [{ on: { account: "one" }, answer: "gl_403_key_leaked" }];

  test("comes back when its credential was changed, whoever changed it, and only then", async () => {
    const world = poolWorld({ accounts: [key("one")], google: { ...google, faults } });
    expect(await world.ask({ session: "a" })).toBe("refused person");
    world.store.set([key("one", { label: "renamed" })]);
    expect(await world.ask({ session: "b" })).toBe("refused person");
    expect(world.google.said().length).toBe(1);
    world.store.set([{ ...key("one"), credential: { kind: "api-key", key: KEYS.two } }]);
    expect(await world.ask({ session: "c" })).toStartWith("200 Hello from two");
  });

  test("keeps nothing of its key but a mark", async () => {
    const world = poolWorld({ accounts: [key("one")], google: { ...google, faults } });
    await world.ask();
    expect(JSON.stringify([...world.state.current().parked.values()])).not.toContain(KEYS.one);
  });
});

describe("whoever waits for a change of the accounts", () => {
  /** A pool whose source is watched by a system that begins a little late. */
  function watched() {
    let view: AccountsView = { entries: [anEntry()] };
    const source = { current: () => view, watch: () => () => {} };
    const [clock, events] = [fakeClock(), recordingEvents()];
    const world = { source, clock, events, state: createMemoryState(), chance: seededChance(), serves: () => true };
    const pool = new AccountPool(world);
    pool.othersUsable({ ...WISH, left: new Set() });
    const change = () => {
      view = { entries: [anEntry(), anEntry({ id: "a2", label: "a2" })] };
    };
    return { pool, clock, change };
  }
  const WISH = { call: CALL, model: CALL.model, textChars: () => 4, requestId: "r" };

  test("hears of one that came between his last look and the watching", async () => {
    const { pool, clock, change } = watched();
    const began = clock.now();
    change();
    await clock.finish(pool.changed(2_000));
    expect(clock.now() - began).toBe(0);
  });

  test("and of one that came before the system had begun to watch", async () => {
    const { pool, clock, change } = watched();
    const began = clock.now();
    const waiting = pool.changed(2_000);
    await clock.advance(50);
    change();
    await clock.finish(waiting);
    expect(clock.now() - began).toBe(100);
  });

  test("is not woken where nothing has changed", async () => {
    const { pool, clock } = watched();
    const began = clock.now();
    await clock.finish(pool.changed(2_000));
    expect(clock.now() - began).toBe(2_000);
  });
});
