import { describe, expect, test } from "bun:test";
import type { ParkedState } from "../../src/core/outcome";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, type World } from "../support/pool-world";
import { always, answeredBy, callsTo, refusalOf, shown } from "./parts";

/** What is wrong with the account alone: how it is parked, and the address that Google names. */
type Row = readonly [answer: string, state: ParkedState, url?: string];

const OF_SEATS: readonly Row[] = [
  ["ca_403_validation_required", "needs-verification", "https://accounts.google.com/signin/continue"],
  ["ca_403_not_eligible", "not-eligible"],
  ["ca_403_vpcsc", "not-eligible"],
  ["ca_403_subscription_required", "no-licence", "https://cloud.google.com/gemini/docs/codeassist/request-license"],
  ["ca_403_named_user", "no-licence"],
  ["ca_403_iam", "no-licence"],
  ["any_403_scope_insufficient", "needs-login"],
  ["ca_403_service_disabled", "project-disabled", "https://console.developers.google.com/apis/api/"],
  ["ca_403_project_consumer_invalid", "project-disabled"],
  ["ca_400_invalid_project", "project-disabled"],
];

const OF_KEYS: readonly Row[] = [
  ["gl_400_api_key_invalid", "key-invalid"],
  ["gl_400_api_key_expired", "key-invalid"],
  ["gl_403_key_leaked", "key-invalid"],
  ["gl_403_consumer_suspended", "key-invalid"],
  ["gl_403_service_blocked", "key-invalid"],
  ["gl_403_referrer_blocked", "key-invalid"],
  ["gl_403_ip_blocked", "key-invalid"],
  ["any_401_access_token_type_unsupported", "key-invalid"],
  ["any_401_unauthenticated", "key-invalid"],
  ["gl_403_service_disabled", "project-disabled", "https://console.developers.google.com/apis/api/"],
  ["gl_403_project_denied", "project-disabled"],
  ["gl_402_prepay_depleted", "billing", "https://ai.studio/projects"],
  ["gl_429_prepay_depleted_old", "billing", "https://ai.studio/projects"],
  ["gl_400_free_tier_country", "billing"],
];

/** The other answers, at once and later; the one with the trouble is parked for a reason and never asked again. */
async function leavesFor(world: World, id: string, [, state, url]: Row) {
  const label = world.store.current().entries[0]?.account.label ?? "";
  for (const session of ["a", "b", "c"]) expect(await world.ask({ session })).toStartWith("200 Hello from two");
  await world.clock.advance(7 * 24 * 3_600_000);
  expect(await world.ask({ session: "next week" })).toStartWith("200 Hello from two");
  expect(callsTo(world, label).length).toBe(1);
  const parked = world.state.current().parked.get(id);
  expect(parked).toMatchObject({ state, sentence: expect.stringMatching(/\w{4}/) });
  if (url === undefined) expect(parked?.url).toBeUndefined();
  else expect(parked?.url).toStartWith(url);
  const told = world.events.events.filter(({ type }) => type === "account.parked");
  expect(told).toMatchObject([{ accountId: id, state, sentence: parked?.sentence }]);
}

describe("what ends an account ends no request", () => {
  for (const row of OF_SEATS) {
    test(`of a seat: ${row[0]} is ${row[1]}`, async () => {
      const google = { ...GOOGLE, faults: [always("seat", row[0])] };
      const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google });
      await leavesFor(world, "s-seat", row);
    });
  }

  for (const row of OF_KEYS) {
    test(`of a key: ${row[0]} is ${row[1]}`, async () => {
      const google = { ...GOOGLE, faults: [always("one", row[0])] };
      const world = poolWorld({ accounts: [key("one"), key("two", { priority: 1 })], google });
      await leavesFor(world, "k-one", row);
    });
  }

  test("UNSUPPORTED_CLIENT, the end of seats for individuals, is not-eligible and says what to use", async () => {
    const message = "This client is no longer supported for Gemini Code Assist for individuals.";
    const reason = "UNSUPPORTED_CLIENT";
    const domain = "cloudcode-pa.googleapis.com";
    const details = [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain }];
    let calls = 0;
    const fetch = answeredBy(({ url }) => {
      if (!url.includes("v1internal:stream")) return undefined;
      calls++;
      return refusalOf(403, "PERMISSION_DENIED", message, details);
    });
    const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google: GOOGLE, fetch });
    for (const session of ["a", "b"]) expect(await world.ask({ session })).toStartWith("200 Hello from two");
    expect(calls).toBe(1);
    expect(world.state.current().parked.get("s-seat")).toMatchObject({
      state: "not-eligible",
      sentence: expect.stringContaining("use an API key"),
    });
  });

  test("a seat's 401 is refreshed and sent again once, then it needs a login", async () => {
    const google = { ...GOOGLE, faults: [always("seat", "any_401_unauthenticated")] };
    const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google });
    for (const session of ["a", "b", "c"]) expect(await world.ask({ session })).toStartWith("200 Hello from two");
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(2);
    expect(callsTo(world, "seat").length).toBe(2);
    expect(world.state.current().parked.get("s-seat")).toMatchObject({ state: "needs-login" });
  });

  test("a project without the API takes its other key along, and no key of another project", async () => {
    const shared = { quotaProject: "side" };
    const google = { ...GOOGLE, faults: [always("one", "gl_403_service_disabled")] };
    const world = poolWorld({ accounts: [key("one", shared), key("two", shared), seat({ priority: 1 })], google });
    expect(await world.ask()).toStartWith("200 Hello from seat");
    expect([...world.state.current().parked.keys()].sort()).toEqual(["k-one", "k-two"]);
    expect(callsTo(world, "two").length).toBe(0);
  });
});

describe("nobody else is there", () => {
  for (const [answer, state, url] of [...OF_KEYS.slice(0, 3), ...OF_KEYS.slice(9, 12)] as Row[]) {
    test(`${answer}: one call, then the user reads what to do, without another`, async () => {
      const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults: [always("one", answer)] } });
      for (const session of ["a", "b"]) {
        const told = await shown(world, await world.clock.finish(world.start({ session })));
        expect(told).toMatchObject({ status: 400, retryAfter: null });
        expect(told.text).toContain("one: ");
        expect(told.text).toContain(url ?? "");
      }
      expect(callsTo(world, "one").length).toBe(1);
      expect(world.state.current().parked.get("k-one")?.state).toBe(state);
    });
  }
});

describe("a ban", () => {
  for (const answer of ["ca_403_tos_violation", "ca_403_tos_violation_no_details", "ca_403_tos_violation_old"]) {
    test(`${answer}: ends the request with a sentence; from the next one on the other account answers`, async () => {
      const google = { ...GOOGLE, faults: [always("seat", answer)] };
      const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google });
      const told = await shown(world, await world.clock.finish(world.start({ session: "a" })));
      expect(told).toMatchObject({ status: 400, text: expect.stringContaining("has suspended the account seat") });
      expect(callsTo(world, "two").length).toBe(0);
      for (const session of ["a", "b"]) expect(await world.ask({ session })).toStartWith("200 Hello from two");
      expect(callsTo(world, "seat").length).toBe(1);
      expect(world.state.current().parked.get("s-seat")?.state).toBe("banned");
    });
  }
});
