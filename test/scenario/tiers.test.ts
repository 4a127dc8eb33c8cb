import { describe, expect, test } from "bun:test";
import { KEYS, GOOGLE as TWO_KEYS } from "../support/google-world";
import { key, poolWorld, told, type World } from "../support/pool-world";
import { always, callsTo, cooling, MINUTE, SECOND } from "./parts";

const GOOGLE = { ...TWO_KEYS, accounts: [...TWO_KEYS.accounts, { label: "three", key: KEYS.three }] };
/** `one` comes first and is out for half an hour from its second call on; `two` is the spare. */
const OUT = { ...always("one", "gl_429_free_rpm", { retryDelaySeconds: 1_800, limit: 60 }), calls: [2] };
const world = () =>
  poolWorld({ accounts: [key("one"), key("two", { priority: 1 })], google: { ...GOOGLE, faults: [OUT] } });
const from = (label: string) => expect.stringMatching(new RegExp(`^200 Hello from ${label}`));
const reasons = ({ events }: World) =>
  events.events.flatMap((event) => (event.type === "account.picked" ? [event.because.kind] : []));

describe("an account of better priority", () => {
  test("takes every conversation as long as it can answer; the other is not touched", async () => {
    const pool = poolWorld({ accounts: [key("two", { priority: 1 }), key("one")], google: GOOGLE });
    for (let index = 0; index < 12; index++) {
      expect(await pool.ask({ session: `s${index % 4}` })).toEqual(from("one"));
      await pool.clock.advance(30 * SECOND);
    }
    expect(callsTo(pool, "two").length).toBe(0);
  });

  test("that is out hands its conversations over, with one refusal", async () => {
    const pool = world();
    for (const expected of ["one", "two", "two", "two"])
      expect(await pool.ask({ session: "home" })).toEqual(from(expected));
    expect(pool.google.said()).toEqual(["one: ok", "one: gl_429_free_rpm", "two: ok", "two: ok", "two: ok"]);
  });

  test("that is back takes new conversations at once", async () => {
    const pool = world();
    for (let turn = 0; turn < 2; turn++) await pool.ask({ session: "home" });
    await pool.clock.advance(30 * MINUTE);
    expect(await pool.ask({ session: "new" })).toEqual(from("one"));
  });

  test("that is back leaves a busy conversation where its cache is, and takes it after ten idle minutes", async () => {
    const pool = world();
    for (let turn = 0; turn < 2; turn++) await pool.ask({ session: "home" });
    for (let minute = 0; minute < 45; minute += 9) {
      await pool.clock.advance(9 * MINUTE);
      expect(await pool.ask({ session: "home" })).toEqual(from("two"));
    }
    expect(cooling(pool)).toEqual({});
    await pool.clock.advance(10 * MINUTE);
    expect(await pool.ask({ session: "home" })).toEqual(from("one"));
    expect(reasons(pool).at(-1)).toBe("priority");
    expect(await pool.ask({ session: "home" })).toEqual(from("one"));
  });

  test("that is added or switched on takes over in the same way", async () => {
    const pool = poolWorld({ accounts: [key("two", { priority: 1 })], google: GOOGLE });
    await pool.ask({ session: "home" });
    pool.store.set([key("two", { priority: 1 }), key("one")]);
    expect(await pool.ask({ session: "home" })).toEqual(from("two"));
    expect(await pool.ask({ session: "new" })).toEqual(from("one"));
    await pool.clock.advance(10 * MINUTE);
    expect(await pool.ask({ session: "home" })).toEqual(from("one"));
  });
});

describe("three tiers", () => {
  const accounts = [key("three", { priority: 7 }), key("two", { priority: 3 }), key("one", { priority: -1 })];

  test("are used from the smallest number on, each for what the one before cannot take", async () => {
    const faults = [always("one", "gl_429_free_rpd"), { ...always("two", "gl_429_free_rpd"), calls: { from: 2 } }];
    const pool = poolWorld({ accounts, google: { ...GOOGLE, faults } });
    const said: string[] = [];
    for (const session of ["a", "b", "c"]) said.push((await pool.ask({ session })).slice(0, 19));
    expect(said).toEqual(["200 Hello from two ", "200 Hello from thre", "200 Hello from thre"]);
    expect(pool.google.said().slice(0, 3)).toEqual(["one: gl_429_free_rpd", "two: ok", "two: gl_429_free_rpd"]);
  });

  test("do not share load: ten at once go to the first", async () => {
    const pool = poolWorld({ accounts, google: GOOGLE, latencyMs: 500 });
    const ten = Array.from({ length: 10 }, (_, index) => pool.start({ session: `s${index}` }).then(told));
    for (const said of await pool.clock.finish(Promise.all(ten))) expect(said).toEqual(from("one"));
  });
});
