import { describe, expect, test } from "bun:test";
import { withIdentity } from "../../../src/core/identity";
import type { Failure } from "../../../src/core/outcome";
import { anAccount, aSeat } from "../../support/builders";
import { named, pupil } from "./pupil";

const account = anAccount({ id: "a" });
const CONSUMER = "projects/123";

describe("the project that Google names in a refusal", () => {
  test("is known from then on, and the account is benched under it", () => {
    const pool = pupil(account);
    const until = pool.now() + 30_000;
    pool.settle(account, named({ consumer: CONSUMER, until }));
    const known = withIdentity(account, pool.state);
    expect(known.consumer).toBe(CONSUMER);
    expect(pool.quota(known)?.until).toBe(until);
    expect(pool.quota(account)?.until).toBe(until);
  });

  test("takes along what rests under the old name", () => {
    const pool = pupil(account);
    const until = pool.now() + 9_000_000;
    pool.settle(account, named({ reason: "quota", until }));
    pool.settle(account, named({ consumer: CONSUMER, until: pool.now() + 1_000 }), { model: "another" });
    expect(pool.quota(withIdentity(account, pool.state))?.until).toBe(until);
  });

  test("takes along neither what has ended nor what rests elsewhere", () => {
    const stranger = anAccount({ id: "b" });
    const pool = pupil(account, stranger);
    pool.settle(stranger, named({ until: pool.now() + 9_000_000 }), { model: "theirs" });
    pool.settle(account, named({ until: pool.now() + 1_000 }), { model: "ended" });
    pool.wait(2_000);
    pool.settle(account, named({ consumer: CONSUMER }));
    const keys = [...pool.state.cooldowns.keys()].filter((key) => key.includes(CONSUMER));
    expect(keys).toEqual(["quota:gemini-api/projects/123:m"]);
  });

  test("leaves the quota where the user has said whose it is", () => {
    const told = anAccount({ id: "a", quotaProject: "mine" });
    const pool = pupil(told);
    pool.settle(told, named({ consumer: CONSUMER }));
    expect([...pool.state.cooldowns.keys()]).toEqual(["quota:gemini-api/mine:m"]);
    expect(pool.state.identities.get("a")?.consumer).toBe(CONSUMER);
  });

  test("is said once", () => {
    const pool = pupil(account);
    pool.settle(account, named({ consumer: CONSUMER }));
    const again = pool.settle(withIdentity(account, pool.state), named({ consumer: CONSUMER }));
    expect(again.map(({ type }) => type)).not.toContain("identity.learnt");
  });

  test("is not the account's for Code Assist: it is that of Google's own client", () => {
    const seat = aSeat();
    const pool = pupil(seat);
    pool.settle(seat, named({ consumer: "projects/681255809395" }));
    expect(pool.state.identities.size).toBe(0);
    expect(pool.state.cooldowns.size).toBe(1);
  });

  test("is not learnt from the login service", () => {
    const pool = pupil(account);
    pool.settle(account, named({ consumer: CONSUMER }), { unsent: true });
    expect(pool.state.identities.size).toBe(0);
  });

  test("that is switched off parks those who are known to be in it", () => {
    const pool = pupil(account, anAccount({ id: "b", consumer: CONSUMER }), anAccount({ id: "c" }));
    const off: Failure = {
      kind: "parked",
      state: "project-disabled",
      scope: "project",
      consumer: CONSUMER,
      status: 403,
      sentence: "off",
    };
    pool.settle(account, off);
    expect([...pool.state.parked.keys()]).toEqual(["a", "b"]);
  });
});
