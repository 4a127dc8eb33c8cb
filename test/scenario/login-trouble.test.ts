import { describe, expect, test } from "bun:test";
import { forgetReplaced } from "../../src/pool/unpark";
import { aLogin, NOW } from "../support/builders";
import { CALLER, GOOGLE, SEAT } from "../support/google-world";
import { key, poolWorld, seat, told, vertex, type World } from "../support/pool-world";
import { deadNetwork, gaps, googleSeats, labelled, poolKeys, seatOf } from "./parts";

const later = (label: "one" | "two") => key(label, { priority: 1 });

describe("a seat whose login is in trouble leaves a good key free", () => {
  const token = { account: "seat", path: "token" as const };

  test("though its OAuth client is refused", async () => {
    const world = poolWorld({
      accounts: [seat(), later("one")],
      google: { ...GOOGLE, faults: [{ on: token, answer: "oauth_invalid_client" }] },
    });
    for (const session of ["a", "b", "c"]) expect(await world.ask({ session })).toStartWith("200 Hello from one");
    expect(world.state.current().parked.size).toBe(0);
  });

  test("though its refresh token is gone: parked after one try", async () => {
    const faults = [{ on: token, answer: "oauth_invalid_grant_revoked" }];
    const world = poolWorld({ accounts: [seat(), later("one")], google: { ...GOOGLE, faults } });
    for (const session of ["a", "b"]) expect(await world.ask({ session })).toStartWith("200 Hello from one");
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(1);
    expect(world.state.current().parked.get("s-seat")?.state).toBe("needs-login");
  });

  test("though the token endpoint fails: nobody waits for it, and after two failures it is left alone for a while", async () => {
    const faults = [{ on: token, answer: "oauth_server_error" }];
    const world = poolWorld({ accounts: [seat(), later("one")], google: { ...GOOGLE, faults } });
    for (const session of ["a", "b", "c"]) expect(await world.ask({ session })).toStartWith("200 Hello from one");
    expect(world.clock.slept).toEqual([]);
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(2);
  });

  test("though the token endpoint never answers: the first request waits a second and a half for it, the next ones not at all", async () => {
    const world = poolWorld({ accounts: [seat(), later("one")], google: GOOGLE, tokenLatencyMs: 600_000 });
    const took = [];
    for (const session of ["a", "b", "c", "d"]) {
      const before = world.clock.now();
      const answer = world.ask({ session });
      await world.clock.advance(3_000);
      expect(await answer).toStartWith("200 Hello from one");
      took.push((world.google.calls.at(-1)?.at ?? 0) - before);
    }
    expect(took).toEqual([1_500, 0, 0, 0]);
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(1);
    expect(world.state.current().parked.size).toBe(0);
  });

  test("though the token endpoint is slow: what it brings serves whoever comes later", async () => {
    const world = poolWorld({ accounts: [seat(), later("one")], google: GOOGLE, tokenLatencyMs: 5_000 });
    const first = world.ask({ session: "a" });
    await world.clock.advance(6_000);
    expect(await first).toStartWith("200 Hello from one");
    expect(await world.ask({ session: "b" })).toStartWith("200 Hello from seat");
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(1);
  });

  test("though it was passed over for its slow login: where the others refuse, it is waited for after all", async () => {
    for (const refusal of ["gl_429_free_rpd", "gl_403_key_leaked"]) {
      const faults = [{ on: { account: "one", path: "generate" as const }, answer: refusal }];
      const accounts = [seat(), later("one")];
      const world = poolWorld({ accounts, google: { ...GOOGLE, faults }, tokenLatencyMs: 5_000 });
      const before = world.clock.now();
      const answer = world.ask();
      await world.clock.advance(20_000);
      expect(await answer).toStartWith("200 Hello from seat");
      expect(world.google.said()).toEqual([`one: ${refusal}`, "seat: ok"]);
      expect((world.google.calls.findLast(({ path }) => path === "generate")?.at ?? 0) - before).toBe(5_000);
    }
  });

  test("though it was passed over, it is waited for whatever the others say", async () => {
    for (const refusal of ["gl_500_internal", "gl_503_overloaded", "gl_403_bare", "gl_429_bare"]) {
      const faults = [{ on: { account: "one", path: "generate" as const }, answer: refusal }];
      const accounts = [seat(), later("one")];
      const world = poolWorld({ accounts, google: { ...GOOGLE, faults }, tokenLatencyMs: 3_000 });
      const answer = world.ask();
      expect({ refusal, answer: await answer }).toMatchObject({ answer: expect.stringContaining("Hello from seat") });
      expect(world.clock.now()).toBeLessThan(NOW + 4_000);
    }
  });

  test("twenty at once are all answered, though nobody else can and waiting is no failure", async () => {
    const faults = [{ on: { account: "one", path: "generate" as const }, answer: "gl_429_free_rpd" }];
    const accounts = [seat(), later("one")];
    const world = poolWorld({ accounts, google: { ...GOOGLE, faults }, tokenLatencyMs: 5_000 });
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => world.ask({ session: `s${n}` })));
    for (const answer of all) expect(answer).toStartWith("200 Hello from seat");
  });

  test("two slow logins: the faster one answers", async () => {
    const google = { ...GOOGLE, accounts: [...GOOGLE.accounts, CALLER] };
    for (const otherMs of [9_000, 600_000]) {
      const tokenLatencyMs = (token: string) => (token === SEAT.refreshToken ? 3_000 : otherMs);
      const world = poolWorld({ accounts: [seat(), vertex({ priority: 1 })], google, tokenLatencyMs });
      const answer = world.ask();
      await world.clock.advance(30_000);
      expect(await answer).toStartWith("200 Hello from seat");
      expect((world.google.calls.findLast(({ path }) => path === "generate")?.at ?? 0) - NOW).toBe(3_000);
    }
  });

  test("though many are slow at once: together they cost two seconds, and only the first ones are asked", async () => {
    const labels = labelled(26);
    const google = googleSeats(Object.fromEntries(labels.map((label) => [label, []])));
    const accounts = [...labels.map((label) => seatOf(label)), later("one")];
    const world = poolWorld({
      accounts,
      google: { ...google, accounts: [...google.accounts, ...GOOGLE.accounts] },
      tokenLatencyMs: 600_000,
    });
    for (const [session, atMost] of [
      ["a", 2_000],
      ["b", 0],
    ] as const) {
      const before = world.clock.now();
      const answer = world.ask({ session });
      await world.clock.advance(5_000);
      expect(await answer).toStartWith("200 Hello from one");
      expect((world.google.calls.at(-1)?.at ?? 0) - before).toBeLessThanOrEqual(atMost);
    }
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(2);
  });

  test("alone, a token endpoint that is slow is waited for", async () => {
    const world = poolWorld({ accounts: [seat()], google: GOOGLE, latencyMs: 5_000 });
    const answer = world.ask();
    await world.clock.advance(11_000);
    expect(await answer).toStartWith("200 Hello from seat");
  });

  test("alone, the trouble is said", async () => {
    const world = poolWorld({
      accounts: [seat()],
      google: { ...GOOGLE, faults: [{ on: token, answer: "oauth_invalid_client" }] },
    });
    expect(await world.ask()).toBe("refused machine");
    const fault = () => world.state.current().health.get("s-seat")?.loginFault;
    expect(fault()).toContain("OAuth client");
    const { account } = seat();
    world.store.set([{ account, credential: { ...aLogin(), refreshToken: "1//example-other" } }]);
    forgetReplaced(world.store.current().entries, world.state, world.clock.now());
    expect(fault()).toBeUndefined();
  });
});

describe("a login that stumbles", () => {
  const token = { account: "seat", path: "token" as const };

  test("once is tried again and answers", async () => {
    const world = poolWorld({
      accounts: [seat()],
      google: { ...GOOGLE, faults: [{ on: token, calls: [1], answer: "oauth_server_error" }] },
    });
    expect(await world.ask()).toStartWith("200 Hello from seat");
  });

  test("does not hide the time at which a key comes back", async () => {
    const faults = [
      { on: token, answer: "oauth_server_error" },
      { on: { account: "one" }, answer: "gl_429_free_rpm", with: { retryDelaySeconds: 50 } },
    ];
    const world = poolWorld({ accounts: [seat(), later("one")], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toStartWith("refused limited until 12:00:5");
  });

  test("because of its OAuth client is asked once a minute, not with every request", async () => {
    const world = poolWorld({
      accounts: [seat(), later("one")],
      google: { ...GOOGLE, faults: [{ on: token, answer: "oauth_invalid_client" }] },
    });
    for (const session of ["a", "b", "c", "d"]) expect(await world.ask({ session })).toStartWith("200 Hello from one");
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(1);
  });
});

test("a login service that is down is said as that, within six calls, and counts as nobody's request", async () => {
  const faults = [{ on: { path: "token" as const }, answer: "oauth_server_error" }];
  const world = poolWorld({ accounts: [seat()], google: { ...GOOGLE, faults } });
  for (let attempt = 0; attempt < 6; attempt++) {
    const reply = await world.clock.finish(world.start(), 60_000);
    expect(reply).toMatchObject({
      kind: "refused",
      refusal: { kind: "network", sentence: expect.stringContaining("login service") },
    });
  }
  expect(world.google.calls.length).toBeLessThanOrEqual(6);
  expect(world.state.usage(world.clock.now()).size).toBe(0);
});

test("a login service that is down while twenty ask at once: everybody is answered by the key", async () => {
  const faults = [{ on: { account: "seat", path: "token" as const }, answer: "oauth_server_error" }];
  const world = poolWorld({ accounts: [seat(), later("one")], google: { ...GOOGLE, faults } });
  const twenty = Array.from({ length: 20 }, (_, index) => world.start({ session: `s${index}` }).then(told));
  for (const said of await world.clock.finish(Promise.all(twenty))) expect(said).toStartWith("200 Hello from one");
});

describe("many seats whose tokens have run out", () => {
  const labels = labelled(26);
  const seats = () => labels.map((label) => seatOf(label));
  const google = googleSeats(Object.fromEntries(labels.map((label) => [label, []])));

  test("over a dead network: six calls at most, with gaps, and nobody is asked twice within ten seconds", async () => {
    const dead = deadNetwork(() => world.clock.now());
    const world: World = poolWorld({ accounts: seats(), google, fetch: () => dead.fetch, random: 0.9 });
    const counts = [];
    for (let turn = 0; turn < 3; turn++) {
      const before = dead.at.length;
      expect(await world.ask({ session: `s${turn}` })).toBe("refused network");
      counts.push(dead.at.length - before);
    }
    expect(Math.max(...counts)).toBeLessThanOrEqual(6);
    expect(
      gaps(dead.at.slice(0, 6))
        .slice(2)
        .every((gap) => gap > 0),
    ).toBe(true);
    expect(world.clock.now() - NOW).toBeLessThanOrEqual(30_000);
  });

  test("over a dead network beside keys: six calls at most, whoever they are to", async () => {
    const dead = deadNetwork(() => world.clock.now());
    const accounts = [...seats(), ...poolKeys(["one", "two"], { priority: 1 })];
    const world: World = poolWorld({ accounts, google, fetch: () => dead.fetch });
    expect(await world.ask()).toBe("refused network");
    expect(dead.at.length).toBeLessThanOrEqual(6);
  });

  test("while the token endpoint fails: six calls at most for each request, and a key beside them after two", async () => {
    const faults = [{ on: { path: "token" as const }, answer: "oauth_server_error" }];
    const world = poolWorld({ accounts: seats(), google: { ...google, faults } });
    for (const session of ["a", "b", "c"]) {
      const before = world.google.calls.length;
      expect(await world.ask({ session })).toBe("refused network");
      expect(world.google.calls.length - before).toBeLessThanOrEqual(6);
    }
    const all = { ...google, accounts: [...google.accounts, ...GOOGLE.accounts], faults };
    const beside = poolWorld({ accounts: [...seats(), later("one")], google: all });
    for (const session of ["a", "b"]) expect(await beside.ask({ session })).toStartWith("200 Hello from one");
    expect(beside.google.calls.filter(({ path }) => path === "token").length).toBe(2);
  });

  test("and some of them are out of order: whoever is not still answers, each time", async () => {
    for (const broken of [["k1"], ["k1", "k2"], ["k1", "k2", "k3", "k4"]]) {
      const faults = broken.map((account) => ({
        on: { path: "token" as const, account },
        answer: "oauth_server_error",
      }));
      const world = poolWorld({
        accounts: labels.slice(0, 5).map((label) => seatOf(label)),
        google: { ...google, faults },
      });
      for (const session of ["a", "b", "c", "d"]) {
        expect(await world.ask({ session })).toStartWith("200 Hello from k");
        await world.clock.advance(10_000);
      }
    }
  });

  test("and six of them fail again and again: the seventh gets its turn", async () => {
    const broken = labels.slice(0, 6);
    const faults = broken.map((account) => ({ on: { path: "token" as const, account }, answer: "oauth_server_error" }));
    const world = poolWorld({
      accounts: labels.slice(0, 7).map((label) => seatOf(label)),
      google: { ...google, faults },
    });
    const said = [];
    for (let turn = 0; turn < 4; turn++) {
      said.push((await world.ask({ session: "home" })).slice(0, 3));
      await world.clock.advance(10_000);
    }
    expect(said.at(-1)).toBe("200");
  });

  test("and all were revoked: it is said what each needs, not that something was slow", async () => {
    const faults = [{ on: { path: "token" as const }, answer: "oauth_invalid_grant_revoked" }];
    const world = poolWorld({ accounts: seats(), google: { ...google, faults }, tokenLatencyMs: 300 });
    expect(await world.ask()).toBe("refused person");
    expect(world.state.current().parked.size).toBe(labels.length);
  });

  test("and the first ones hang: whoever does not answers as soon as its login is through", async () => {
    for (const hanging of [["k1"], ["k1", "k2"], ["k1", "k2", "k4"]]) {
      const tokenLatencyMs = (token: string) => (hanging.some((label) => token.endsWith(`-${label}`)) ? 600_000 : 600);
      const accounts = labels.slice(0, 4).map((label, priority) => seatOf(label, { priority }));
      const world = poolWorld({ accounts, google, tokenLatencyMs });
      expect(await world.ask()).toStartWith("200 Hello from k");
      expect(world.clock.now() - NOW).toBeLessThanOrEqual(4_000);
    }
  });

  test("while the token endpoint hangs: the request ends within half a minute", async () => {
    const world = poolWorld({ accounts: seats(), google, tokenLatencyMs: 600_000 });
    expect(await world.ask()).toBe("refused network");
    expect(world.clock.now() - NOW).toBeLessThanOrEqual(30_000);
  });
});
