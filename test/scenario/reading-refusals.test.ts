import { describe, expect, test } from "bun:test";
import type { FaultRule } from "../../src/simulator/scenario";
import { FAKE_START } from "../support/fake-clock";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, type World } from "../support/pool-world";
import { answeredBy, callsTo, HOUR, MINUTE, refusalOf, SECOND } from "./parts";

/** A whole request that is refused once, and what the next ones may do. */
interface Story {
  readonly world: World;
  readonly label: string;
  /** How long the account rests. */
  readonly ms: number;
  readonly reason: string;
}

/** Rests that long and for that reason: nobody asks a moment before its end, and the first one after it is answered. */
async function rests({ world, label, ms, reason }: Story) {
  await world.ask({ session: "first" });
  const [cooldown] = [...world.state.current().cooldowns.values()];
  expect(cooldown?.reason).toBe(reason as never);
  expect(Math.abs((cooldown?.until ?? 0) - FAKE_START - ms)).toBeLessThanOrEqual(SECOND);
  await world.clock.advance((cooldown?.until ?? 0) - world.clock.now() - 2_001);
  expect(await world.ask({ session: "early" })).toMatch(/^(refused|rejected)/);
  expect(callsTo(world, label).length).toBe(1);
  await world.clock.advance(2_001);
  expect(await world.ask({ session: "in time" })).toStartWith(`200 Hello from ${label}`);
  expect(callsTo(world, label).length).toBe(2);
}

const once = (account: string, answer: string, changes: FaultRule["with"] = {}): FaultRule => ({
  on: { account },
  calls: [1],
  answer,
  with: changes,
});
const ofSeat = (answer: string, changes?: FaultRule["with"]) =>
  poolWorld({ accounts: [seat()], google: { ...GOOGLE, faults: [once("seat", answer, changes)] } });
const ofKey = (answer: string, changes?: FaultRule["with"]) =>
  poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults: [once("one", answer, changes)] } });

const DAY = 24 * HOUR;
const hours = (h: number, m = 0, s = 0) => h * HOUR + m * MINUTE + s * SECOND;

describe("what a refusal says is what the account rests", () => {
  test("four hours in an array are four hours, not sixty seconds", async () => {
    const changes = { resetDelaySeconds: 14_400, arrayWrapped: true };
    await rests({ world: ofSeat("ca_429_quota_exhausted_5h", changes), label: "seat", ms: 4 * HOUR, reason: "quota" });
    await rests({ world: ofKey("ca_429_quota_exhausted_5h", changes), label: "one", ms: 4 * HOUR, reason: "quota" });
  });

  test("“Resets in 9h22m20s”, with the details and in words alone", async () => {
    const ms = hours(9, 22, 20);
    await rests({ world: ofSeat("ca_429_individual_quota"), label: "seat", ms, reason: "quota" });
    const other = ofSeat("ca_429_individual_quota");
    await other.ask();
    // It is the whole account that rests, whatever the model.
    expect(await other.ask({ session: "b", model: "gemini-2.5-flash" })).toBe("refused limited until 21:22:21");
    const message = "Individual quota reached. Please upgrade your subscription. Resets in 9h22m20s.";
    await rests({ world: ofSeat("ca_429_bare_resource_exhausted", { message }), label: "seat", ms, reason: "quota" });
  });

  test("“reset after 17h59m12s” in words alone", async () => {
    const changes = { resetDelaySeconds: 64_752 };
    const world = ofSeat("ca_429_rate_limit_exceeded_no_retryinfo", changes);
    await rests({ world, label: "seat", ms: hours(17, 59, 12), reason: "rate-limit" });
  });

  test("days in quotaResetDelay: 161h39m41.3s", async () => {
    const world = ofSeat("ca_429_quota_exhausted_days");
    await rests({ world, label: "seat", ms: hours(161, 39, 41.3), reason: "quota" });
  });

  test("half a second is sat out within the request", async () => {
    const world = ofSeat("ca_429_rate_limit_exceeded_subsecond");
    expect(await world.ask()).toStartWith("200 Hello from seat");
    expect(world.clock.now() - FAKE_START).toBeLessThanOrEqual(SECOND);
    expect(callsTo(world, "seat").length).toBe(2);
  });

  test("limit: 0, with and without the zeros that Google's JSON drops, is a model that is not there, for a day", async () => {
    for (const answer of ["gl_429_free_multi", "gl_429_legacy_rate_limit"]) {
      await rests({ world: ofKey(answer), label: "one", ms: DAY, reason: "model-unavailable" });
    }
    await rests({ world: ofSeat("ca_429_shared_project"), label: "seat", ms: DAY, reason: "model-unavailable" });
  });

  test("a minute's limit of 56 s is 56 s", async () => {
    await rests({ world: ofKey("gl_429_free_rpm"), label: "one", ms: 56_185, reason: "rate-limit" });
  });

  test("a refusal inside a JSON string inside a message is read like any other", async () => {
    const inner = JSON.stringify({
      error: {
        code: 429,
        message: "You have exhausted your capacity on this model. Your quota will reset after 4h0m0s.",
        status: "RESOURCE_EXHAUSTED",
      },
    });
    let calls = 0;
    const fetch = answeredBy(() => (calls++ === 0 ? refusalOf(429, "RESOURCE_EXHAUSTED", inner) : undefined));
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE, fetch });
    expect(await world.ask()).toBe("refused limited until 16:00:00");
  });

  test("a proxy's Retry-After in front of Google counts where the body says nothing", async () => {
    let calls = 0;
    const fetch = answeredBy(() => {
      if (calls++ > 0) return undefined;
      return new Response("slow down", { status: 429, headers: { "retry-after": "3600" } });
    });
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE, fetch });
    expect(await world.ask()).toBe("refused limited until 13:00:00");
  });

  test("a model that only this seat lacks is left to the others for a day, and its own models go on", async () => {
    const faults: FaultRule[] = [
      { on: { account: "seat", model: "gemini-3-pro-preview" }, answer: "ca_404_not_found" },
    ];
    const world = poolWorld({ accounts: [seat(), key("one", { priority: 1 })], google: { ...GOOGLE, faults } });
    for (const session of ["a", "b"]) {
      expect(await world.ask({ session, model: "gemini-3-pro-preview" })).toStartWith("200 Hello from one");
    }
    expect(callsTo(world, "seat").length).toBe(1);
    expect(await world.ask({ session: "c", model: "gemini-3-flash-preview" })).toStartWith("200 Hello from seat");
  });
});
