import { describe, expect, test } from "bun:test";
import type { SeatRule } from "../../src/simulator/scenario";
import { GOOGLE, SEAT } from "../support/google-world";
import { key, poolWorld, seat } from "../support/pool-world";

/** A seat of which nobody has said the project. */
const homeless = (more: object = {}) => {
  const { account, credential } = seat(more);
  const { project: _, ...rest } = account;
  return { account: rest, credential };
};
const spare = key("one", { priority: 1 });

const google = (rule?: SeatRule, faults: (typeof GOOGLE)["faults"] = []) => ({
  ...GOOGLE,
  accounts: GOOGLE.accounts.map((each) => (each.label === "seat" && rule ? { ...each, seat: rule } : each)),
  faults,
});

type World = ReturnType<typeof poolWorld>;
const lookups = ({ google: { calls } }: World) => calls.filter(({ path }) => path === "load").length;
const faultOf = ({ state }: World) => state.current().health.get("s-seat")?.loginFault;
const projects = ({ google: { calls } }: World) =>
  calls.filter(({ path }) => path === "generate").map(({ body }) => JSON.parse(body).project);

describe("a seat without a project", () => {
  test("is looked up once, answers with the project that Google has for it, and keeps it in the file", async () => {
    const world = poolWorld({ accounts: [homeless()], google: google() });
    const all = await Promise.all(["a", "b", "c"].map((session) => world.ask({ session })));
    for (const answer of all) expect(answer).toStartWith("200 Hello from seat");
    expect(await world.ask()).toStartWith("200 Hello from seat");
    expect([lookups(world), projects(world)]).toEqual([1, Array(4).fill(SEAT.project)]);
    expect(world.store.current().entries[0]?.account.project).toBe(SEAT.project);
  });

  test("of the environment keeps it in memory", async () => {
    const world = poolWorld({ accounts: [homeless({ origin: "environment" })], google: google() });
    for (const session of ["a", "b"]) expect(await world.ask({ session })).toStartWith("200 Hello from seat");
    expect([lookups(world), projects(world)]).toEqual([1, Array(2).fill(SEAT.project)]);
    expect(world.store.updates).toEqual([]);
  });

  test("that has one is never looked up", async () => {
    const world = poolWorld({ accounts: [seat()], google: google() });
    expect(await world.ask()).toStartWith("200 Hello from seat");
    expect(lookups(world)).toBe(0);
  });

  test("that has never been set up is left for the others, with the next step; nothing is set up by a request", async () => {
    const world = poolWorld({ accounts: [homeless(), spare], google: google({ tier: "free-tier", onboardPolls: 0 }) });
    for (const session of ["a", "b"]) expect(await world.ask({ session })).toStartWith("200 Hello from one");
    expect(faultOf(world)).toContain('never been set up. Do it with: gemini-pool verify "seat"');
    expect(world.state.current().parked.size).toBe(0);
    expect([lookups(world), world.google.calls.some(({ path }) => path === "onboard")]).toEqual([1, false]);
  });

  test("of which Google knows no project says what to do, by where the account comes from", async () => {
    for (const [origin, step] of [
      ["file", "gemini-pool login --seat --project ID"],
      ["environment", "Set GEMINI_CLI_1_PROJECT_ID."],
    ]) {
      const accounts = [homeless({ origin, label: "GEMINI_CLI_1" }), spare];
      const world = poolWorld({ accounts, google: google({ withoutProject: true }) });
      expect(await world.ask()).toStartWith("200 Hello from one");
      expect(faultOf(world)).toContain(step);
    }
  });

  test("whose project is set after all answers at once: nothing is remembered against it", async () => {
    const knowsNone = google({ withoutProject: true });
    const world = poolWorld({ accounts: [homeless()], google: knowsNone });
    expect(await world.ask()).toBe("refused machine");
    world.store.set([seat()]);
    expect(await world.ask({ session: "b" })).toStartWith("200 Hello from seat");
    const restarted = poolWorld({ accounts: [seat({ origin: "environment" })], google: knowsNone, after: world });
    expect(await restarted.ask({ session: "c" })).toStartWith("200 Hello from seat");
  });

  test("whose lookup Google calls faulty is left for the others: the request is not at fault", async () => {
    for (const answer of ["ca_400_precondition_onboard", "ca_404_model_not_found", "ca_503_unavailable"]) {
      const faults = [{ on: { path: "load" as const }, answer }];
      const world = poolWorld({ accounts: [homeless(), spare], google: google(undefined, faults) });
      for (const session of ["a", "b"]) expect(await world.ask({ session })).toStartWith("200 Hello from one");
      expect(world.state.current().parked.size).toBe(0);
    }
  });

  test("keeps the project that somebody sets while it is looked up", async () => {
    const world = poolWorld({ accounts: [homeless()], google: google(), latencyMs: 1_000 });
    const answer = world.ask();
    await world.clock.advance(1_500);
    world.store.set([seat({ project: "my-own-project" })]);
    await world.clock.advance(20_000);
    expect(await answer).toStartWith("200 Hello from seat");
    expect(world.store.current().entries[0]?.account.project).toBe("my-own-project");
  });

  test("waits at most two seconds for token and lookup together", async () => {
    const faults = [{ on: { path: "load" as const }, answer: "silent" }];
    const world = poolWorld({
      accounts: [homeless(), spare],
      google: google(undefined, faults),
      tokenLatencyMs: 1_400,
    });
    const before = world.clock.now();
    const answer = world.ask();
    await world.clock.advance(5_000);
    expect(await answer).toStartWith("200 Hello from one");
    const tookMs = (world.google.calls.findLast(({ path }) => path === "generate")?.at ?? 0) - before;
    expect(tookMs).toBeWithin(1_400, 2_001);
  });

  test("answers before its project is on the disk", async () => {
    const world = poolWorld({ accounts: [homeless()], google: google() });
    const { update } = world.store;
    world.store.update = (changes) =>
      changes.some(({ type }) => type === "set-project") ? new Promise(() => {}) : update(changes);
    expect(await world.ask()).toStartWith("200 Hello from seat");
  });

  test("that Google wants verified is parked with the address", async () => {
    const faults = [{ on: { path: "load" as const }, answer: "ca_load_validation_required_200" }];
    const world = poolWorld({ accounts: [homeless(), spare], google: google(undefined, faults) });
    expect(await world.ask()).toStartWith("200 Hello from one");
    expect(world.state.current().parked.get("s-seat")).toMatchObject({
      state: "needs-verification",
      url: expect.stringContaining("https://accounts.google.com/"),
    });
  });

  test("of a person who is not eligible is parked so", async () => {
    const faults = [{ on: { path: "load" as const }, answer: "ca_load_unsupported_client_200" }];
    const world = poolWorld({ accounts: [homeless(), spare], google: google(undefined, faults) });
    expect(await world.ask()).toStartWith("200 Hello from one");
    expect(world.state.current().parked.get("s-seat")?.state).toBe("not-eligible");
  });

  test("whose lookup is refused for its token gets another token and is looked up again", async () => {
    const faults = [{ on: { path: "load" as const }, calls: [1], answer: "any_401_unauthenticated" }];
    const world = poolWorld({ accounts: [homeless()], google: google(undefined, faults) });
    expect(await world.ask()).toStartWith("200 Hello from seat");
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(2);
    expect(lookups(world)).toBe(2);
  });

  test("whose lookup does not answer costs the request a second and a half, and the next ones nothing for a while", async () => {
    const faults = [{ on: { path: "load" as const }, answer: "silent" }];
    const world = poolWorld({ accounts: [homeless(), spare], google: google(undefined, faults) });
    const took = [];
    for (const session of ["a", "b", "c"]) {
      const before = world.clock.now();
      const answer = world.ask({ session });
      await world.clock.advance(5_000);
      expect(await answer).toStartWith("200 Hello from one");
      const [last] = world.google.calls.filter(({ path }) => path === "generate").slice(-1);
      took.push((last?.at ?? 0) - before);
    }
    expect(took).toEqual([1_500, 0, 0]);
    expect(lookups(world)).toBe(1);
    expect(world.state.current().parked.size).toBe(0);
  });

  test("that cannot be kept on disk serves all the same, and that is told once", async () => {
    const world = poolWorld({ accounts: [homeless()], google: google() });
    const { PoolError } = await import("../../src/core/errors");
    world.store.update = async () => {
      throw new PoolError("store/unwritable", "gemini-auth.json cannot be written.");
    };
    for (const session of ["a", "b"]) expect(await world.ask({ session })).toStartWith("200 Hello from seat");
    expect(lookups(world)).toBe(1);
    expect(world.events.types()).toContain("storage.degraded");
  });
});
