import { describe, expect, test } from "bun:test";
import type { LocalCredential } from "../../src/core/credential";
import { AccountPool } from "../../src/pool/account-pool";
import { createPortrait } from "../../src/pool/portrait";
import { credentialMark, type MarkOf } from "../../src/pool/unpark";
import type { AccountEntry } from "../../src/ports/account-store";
import { createMemoryState } from "../../src/storage/memory-state";
import { anAccount, anEntry, sourceOf } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { recordingEvents } from "../support/recording-events";
import { seededChance } from "../support/seeded-chance";

const REVOKED = { kind: "parked", state: "needs-login", scope: "account", status: 400, sentence: "revoked" } as const;
const CALL = { model: "m", method: "generateContent", streaming: false } as const;

const local = (credential: LocalCredential, origin: "file" | "environment" = "file"): AccountEntry => ({
  account: anAccount({ id: "local", backend: "vertex", credential: credential.kind, project: "prod-9", origin }),
  credential,
});

/** A pool over accounts whose secrets lie beside our files. */
function world(...entries: AccountEntry[]) {
  const clock = fakeClock();
  const state = createMemoryState();
  const source = sourceOf(...entries);
  const behind = { version: "first", looks: 0 };
  const markOf: MarkOf = (credential) =>
    credentialMark(credential, () => {
      behind.looks += 1;
      return behind.version;
    });
  const parts = { clock, state, source, markOf, events: recordingEvents(), chance: seededChance(1) };
  const pool = new AccountPool({ ...parts, serves: () => true });
  const pick = () => {
    const acquired = pool.acquire({ call: CALL, model: "m", left: new Set(), textChars: () => 0, requestId: "r" });
    return acquired.kind === "leased" ? acquired.lease : undefined;
  };
  const ask = () => {
    const lease = pick();
    lease?.release();
    return lease?.entry.account.id;
  };
  const park = () => {
    const lease = pick();
    lease?.learn(REVOKED, "login");
    lease?.release();
  };
  const portrait = createPortrait({
    ...parts,
    serves: () => true,
    settings: () => ({ modelGroups: {} }),
    problems: () => [],
  });
  const shown = () => portrait().accounts.map((account) => account.state);
  return { clock, behind, ask, park, shown };
}

const KEY_FILE = { kind: "service-account", keyFile: "/sa.json" } as const;
const ADC = { kind: "adc" } as const;

describe("a parked account whose secret lies beside our files", () => {
  for (const [name, entry] of [
    ["default credentials", local(ADC)],
    ["default credentials of the environment", local(ADC, "environment")],
    ["a key file", local(KEY_FILE)],
  ] as const) {
    test(`${name}: comes back once there is another secret, and only then`, () => {
      const { behind, ask, park, shown } = world(entry);
      park();
      expect([ask(), ask()]).toEqual([undefined, undefined]);
      expect(shown()).toEqual(["parked"]);
      behind.version = "logged in again";
      expect(ask()).toBe("local");
    });
  }

  test("whoever shows the pool sees it at once, and takes back nothing else", () => {
    const { behind, park, shown, ask } = world(local(ADC));
    park();
    behind.version = "logged in again";
    expect(shown()).toEqual(["available"]);
    park();
    expect(shown()).toEqual(["parked"]);
    expect(ask()).toBe(undefined);
  });

  test("is looked at every five seconds while others answer", async () => {
    const other = anEntry({ id: "other", priority: 5 });
    const { clock, behind, ask, park } = world(local(ADC), other);
    park();
    ask();
    const { looks } = behind;
    behind.version = "logged in again";
    for (let n = 0; n < 100; n++) expect(ask()).toBe("other");
    expect(behind.looks).toBe(looks);
    await clock.advance(5_000);
    expect(ask()).toBe("local");
  });

  test("costs nothing while it is not parked", () => {
    const { behind, ask } = world(local(ADC));
    for (let n = 0; n < 100; n++) ask();
    expect(behind.looks).toBe(0);
  });
});

test("a mark of what lies in our files does not ask for any other secret, and gives nothing away", () => {
  const never = () => {
    throw new Error("asked");
  };
  const { credential } = anEntry();
  expect(credentialMark(credential, never)).toBe(credentialMark(credential));
  expect(credentialMark(KEY_FILE)).not.toBe(credentialMark(ADC));
  expect(credentialMark(KEY_FILE, () => "secret")).toMatch(/^[0-9a-f]{8}$/);
});
