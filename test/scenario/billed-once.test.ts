import { describe, expect, test } from "bun:test";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat } from "../support/pool-world";
import { always, callsTo } from "./parts";

const REFUSALS = [
  "gl_429_bare",
  "gl_429_free_rpm",
  "gl_429_free_rpd",
  "gl_500_internal",
  "gl_503_overloaded",
  "gl_403_key_leaked",
  "gl_400_api_key_invalid",
  "ca_403_bare",
  "error-first",
  "empty",
] as const;

describe("after a switch the account that answers is billed once", () => {
  for (const answer of REFUSALS) {
    for (const other of ["two", "seat"] as const) {
      test(`${answer}, then ${other}: one generate call, and nothing else to warm it up`, async () => {
        const accounts = [key("one"), other === "two" ? key("two", { priority: 1 }) : seat({ priority: 1 })];
        const world = poolWorld({ accounts, google: { ...GOOGLE, faults: [always("one", answer)] } });
        expect(await world.ask()).toStartWith(`200 Hello from ${other} (call 1)`);
        await world.clock.advance(3_600_000);
        expect(callsTo(world, other).map((call) => call.answer)).toEqual(["ok"]);
        const paths = world.google.calls.filter(({ account }) => account === other).map(({ path }) => path);
        // A seat's token is refreshed and its quota read; neither is billed.
        expect(paths.filter((path) => path !== "token" && path !== "quota")).toEqual(["generate"]);
        const usage = world.state.usage(world.clock.now()).get(other === "two" ? "k-two" : "s-seat");
        expect(usage?.total).toMatchObject({ requests: 1, ok: 1, failed: 0 });
      });
    }
  }

  test("a hundred conversations at once that are all switched: a hundred answers", async () => {
    const world = poolWorld({
      accounts: [key("one"), key("two", { priority: 1 })],
      google: { ...GOOGLE, faults: [always("one", "gl_429_free_rpm")] },
      latencyMs: 200,
    });
    const replies = Array.from({ length: 100 }, (_, index) => world.start({ session: `s${index}` }));
    for (const reply of await world.clock.finish(Promise.all(replies))) expect(reply.kind).toBe("answered");
    expect(callsTo(world, "two").length).toBe(100);
  });

  test("the call that is sent elsewhere is the same to the letter", async () => {
    const body = {
      contents: [{ role: "user", parts: [{ text: "Grüezi 👋" }] }],
      generationConfig: { temperature: 0.2 },
    };
    const world = poolWorld({
      accounts: [key("one"), key("two", { priority: 1 })],
      google: { ...GOOGLE, faults: [always("one", "gl_429_free_rpm")] },
    });
    await world.ask({ body });
    expect(world.google.calls.map((call) => call.body)).toEqual([JSON.stringify(body), JSON.stringify(body)]);
  });
});
