import { describe, expect, test } from "bun:test";
import type { Cooldown } from "../../src/core/cooldown";
import type { Failure } from "../../src/core/outcome";
import { addKey, isAdded } from "../../src/enrol/add-key";
import { replaceKey } from "../../src/enrol/replace-key";
import { aCooldown, aParked, NOW } from "../support/builders";
import { addKeyParts } from "./parts";

const KEY = "AIza-example-0123456789abcd";
const OTHER = "AIza-example-9876543210wxyz";

const refused = (outcome: Failure) => addKeyParts({ kind: "refused", outcome });
const INVALID = {
  kind: "parked",
  state: "key-invalid",
  scope: "account",
  status: 400,
  sentence: "API key not valid.",
} as const;
const OFFLINE = { kind: "transient", cause: "network", status: 0, sentence: "connection refused" } as const;

describe("a key that works", () => {
  test("becomes an account of the file with its defaults, and is named by its end only", async () => {
    const parts = addKeyParts();
    const result = await addKey({ key: ` "${KEY}"\n` }, parts);
    expect(result).toEqual({
      kind: "added",
      id: expect.any(String),
      label: "key 1",
      sentence: "Added key 1 (key …abcd).",
    });
    expect(isAdded(result)).toBe(true);
    expect(parts.asked).toEqual([KEY]);
    const [entry] = parts.store.current().entries;
    expect(entry?.credential).toEqual({ kind: "api-key", key: KEY });
    expect(entry?.account).toMatchObject({
      label: "key 1",
      backend: "gemini-api",
      enabled: true,
      priority: 0,
      addedAt: NOW,
    });
  });

  test("never replaces another account, and takes the first free name", async () => {
    const parts = addKeyParts();
    await addKey({ key: KEY, label: "key 2" }, parts);
    await addKey({ key: OTHER }, parts);
    await addKey({ key: `${OTHER}3` }, parts);
    expect(parts.store.current().entries.map(({ account }) => account.label)).toEqual(["key 2", "key 1", "key 3"]);
  });

  test("that is there already keeps its id and name, and is said to be there", async () => {
    const parts = addKeyParts();
    const first = await addKey({ key: KEY, label: "side" }, parts);
    const again = await addKey({ key: KEY, label: "other", quotaProject: "side-1" }, parts);
    expect(again).toEqual({
      kind: "updated",
      id: isAdded(first) ? first.id : "",
      label: "side",
      sentence: "This key (…abcd) is already there as side; it was updated.",
    });
    expect(parts.store.current().entries.map(({ account }) => account.quotaProject)).toEqual(["side-1"]);
  });

  test("of an account that is switched off says so", async () => {
    const parts = addKeyParts();
    const first = await addKey({ key: KEY }, parts);
    if (!("id" in first)) throw new Error(first.sentence);
    await parts.store.update([{ type: "set-enabled", id: first.id, enabled: false }]);
    const OFF = "It is switched off: enabled in the accounts file.";
    expect(first.sentence).not.toContain(OFF);
    expect((await addKey({ key: KEY }, parts)).sentence).toContain(OFF);
    expect((await replaceKey(first.id, { key: `${KEY}-new` }, parts)).sentence).toContain(OFF);
  });

  test("comes back from being parked; one that could not be checked stays parked", async () => {
    const parts = addKeyParts();
    const first = await addKey({ key: KEY }, parts);
    const accountId = isAdded(first) ? first.id : "";
    parts.state.apply([{ type: "account.parked", parked: aParked({ accountId }) }]);
    const offline = { probe: async () => ({ kind: "refused", outcome: OFFLINE }) as const };
    await addKey({ key: KEY, force: true }, { ...parts, probe: offline });
    expect(parts.state.current().parked.has(accountId)).toBe(true);
    await addKey({ key: KEY }, parts);
    expect(parts.state.current().parked.has(accountId)).toBe(false);
  });

  test("that takes the place of another one is free of its pauses, unless it is known to be of the same project", async () => {
    for (const quotaProject of [undefined, "side-1"]) {
      const parts = addKeyParts();
      const first = await addKey({ key: KEY, ...(quotaProject === undefined ? {} : { quotaProject }) }, parts);
      if (!("id" in first)) throw new Error(first.sentence);
      const quotaScope = `gemini-api/${quotaProject ?? `account-${first.id}`}`;
      const pauseOf = (scope: Cooldown["scope"]) =>
        ({ type: "cooldown.set", cooldown: aCooldown({ scope, until: NOW + 3_600_000 }) }) as const;
      const other = { kind: "account", accountId: "other" } as const;
      parts.state.apply([
        pauseOf({ kind: "quota", quotaScope, group: "pro" }),
        pauseOf({ kind: "account", accountId: first.id }),
        pauseOf(other),
      ]);
      await replaceKey(first.id, { key: `${KEY}-new` }, parts);
      const left = [...parts.state.current().cooldowns.values()].map(({ scope }) => scope);
      expect(left.length).toBe(quotaProject === undefined ? 1 : 3);
      expect(left).toContainEqual(other);
    }
  });

  test("label and project are kept clean", async () => {
    const parts = addKeyParts();
    await addKey({ key: KEY, label: "  my\u001b[2J\nkey ", quotaProject: " side-1 " }, parts);
    expect(parts.store.current().entries[0]?.account).toMatchObject({ label: "my [2J key", quotaProject: "side-1" });
  });

  test("whose quota is used up just now is a good key all the same", async () => {
    const limited = { kind: "limited", scope: "quota", reason: "daily-quota", detailed: true, status: 429 } as const;
    const parts = refused({ ...limited, sentence: "You exceeded your current quota." });
    const { kind, sentence } = await addKey({ key: KEY, label: "side" }, parts);
    expect({ kind, sentence }).toEqual({
      kind: "added",
      sentence: "Added side (key …abcd). You exceeded your current quota.",
    });
  });
});

describe("a key that does not", () => {
  test("is not stored, not even by force, and Google's reason is told", async () => {
    for (const force of [false, true]) {
      const parts = refused(INVALID);
      const result = await addKey({ key: KEY, force }, parts);
      expect(result).toEqual({
        kind: "refused",
        sentence:
          "Google refused the key, so nothing was stored: API key not valid. A key made minutes ago may need a little time.",
      });
      expect(parts.files.stat(parts.path)).toBeUndefined();
    }
  });

  test("comes with the address where it can be mended", async () => {
    const url = "https://console.example.test/enable";
    const parts = refused({ ...INVALID, state: "project-disabled", sentence: "The API is disabled.", url });
    expect((await addKey({ key: KEY }, parts)).sentence).toEndWith(`The API is disabled. See ${url}`);
  });

  test("is never echoed, even where Google's sentence carries it", async () => {
    const parts = refused({ ...INVALID, sentence: `Consumer 'api_key:${KEY}' has been suspended.` });
    const { sentence } = await addKey({ key: KEY }, parts);
    expect(sentence).not.toContain(KEY);
    expect(sentence).toContain("api_key:…abcd");
  });

  test("is refused before anybody is asked if it is no key at all", async () => {
    const parts = addKeyParts();
    expect((await addKey({ key: "two words" }, parts)).kind).toBe("wrong");
    expect((await addKey({ key: KEY, quotaProject: "my project" }, parts)).kind).toBe("wrong");
    expect(parts.asked).toEqual([]);
  });
});

describe("a key that could not be checked", () => {
  test("is not stored, and the network is named", async () => {
    const parts = refused(OFFLINE);
    expect(await addKey({ key: KEY }, parts)).toEqual({
      kind: "unchecked",
      sentence: "The key could not be checked, so nothing was stored: connection refused.",
    });
    expect(parts.store.current().entries).toEqual([]);
  });

  test("is stored by force, and that is said", async () => {
    const parts = refused(OFFLINE);
    const { kind, sentence } = await addKey({ key: KEY, force: true }, parts);
    expect({ kind, sentence }).toEqual({
      kind: "added",
      sentence: "Added key 1 (key …abcd). It could not be checked (connection refused).",
    });
  });

  test("is not stored once the person has given up", async () => {
    const controller = new AbortController();
    const parts = { ...addKeyParts(), signal: controller.signal };
    controller.abort();
    expect((await addKey({ key: KEY, force: true }, parts)).kind).toBe("aborted");
    expect(parts.store.current().entries).toEqual([]);
  });
});

test("a file that cannot be written is named; nothing is thrown", async () => {
  const parts = addKeyParts();
  parts.files.makeDirectory("/home/me/.config/opencode", 0o700);
  parts.files.writeNew(parts.path, '{ "version": 1, "accounts": [,] }', 0o600);
  const result = await addKey({ key: KEY }, parts);
  expect(result.kind).toBe("failed");
  expect(result.sentence).toContain("gemini-auth.json");
  expect(parts.files.read(parts.path)).toBe('{ "version": 1, "accounts": [,] }');
});
