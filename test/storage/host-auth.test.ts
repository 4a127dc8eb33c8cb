import { expect, test } from "bun:test";
import { createHostKeys } from "../../src/storage/host-auth";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";

const PATH = "/data/opencode/auth.json";
const withKey = (key: string) => JSON.stringify({ google: { type: "api", key } });

const aHost = (text?: string, content?: string) => {
  const files = memoryFiles();
  if (text !== undefined) files.put(PATH, text);
  const keys = createHostKeys({ files, clock: fakeClock(), path: PATH, ...(content === undefined ? {} : { content }) });
  const keysNow = () =>
    keys.current().entries.map(({ credential }) => (credential.kind === "api-key" ? credential.key : credential.kind));
  return { files, keys, keysNow };
};

test("opencode's google key is an account with a stable id that hides it", () => {
  const { keys } = aHost(withKey("AIza-example-host"));
  const [entry] = keys.current().entries;
  expect(entry?.account).toMatchObject({ origin: "opencode", label: "opencode's own key", backend: "gemini-api" });
  expect(entry?.account.id).toMatch(/^opencode-[0-9a-f]{8}$/);
  expect(keys.hasMarker()).toBe(false);
});

test("a change shows at the next look, and no change gives the same view", () => {
  const { files, keys, keysNow } = aHost(withKey("AIza-example-a"));
  expect(keys.current()).toBe(keys.current());
  files.put(PATH, withKey("AIza-example-b"));
  expect(keysNow()).toEqual(["AIza-example-b"]);
  files.remove(PATH);
  expect(keysNow()).toEqual([]);
});

test("our marker is no account", () => {
  const { keys, keysNow } = aHost('{"google":{"type":"oauth","refresh":"gemini-pool","access":"x","expires":0}}');
  expect([keysNow(), keys.hasMarker()]).toEqual([[], true]);
});

test("what opencode has beside our mark is given back as it was", () => {
  const login = { refresh: "1//example-other|project", access: "ya29.example-other", expires: 5, accountId: "a" };
  const stored = (google: object) => aHost(JSON.stringify({ google })).keys.stored();
  expect(stored({ type: "oauth", ...login })).toEqual(login);
  expect(stored({ type: "api", key: "AIza-example-host" })).toEqual({ key: "AIza-example-host" });
  expect(stored({ type: "oauth", refresh: "gemini-pool", access: "gemini-pool", expires: 0 })).toBeUndefined();
  expect(stored({ type: "api", key: "gemini-pool" })).toBeUndefined();
});

test("somebody else's login, other providers and blank keys are neither", () => {
  for (const text of [
    '{"google":{"type":"oauth","refresh":"1//example"}}',
    withKey("  "),
    '{"openai":{"type":"api","key":"x"}}',
    "{}",
  ]) {
    const { keys, keysNow } = aHost(text);
    expect([keysNow(), keys.hasMarker()]).toEqual([[], false]);
  }
});

test("OPENCODE_AUTH_CONTENT stands in for the file, unless it is no JSON", () => {
  expect(aHost(withKey("AIza-example-file"), withKey("AIza-example-env")).keysNow()).toEqual(["AIza-example-env"]);
  expect(aHost(withKey("AIza-example-file"), "{}").keysNow()).toEqual([]);
  expect(aHost(withKey("AIza-example-file"), "{,").keysNow()).toEqual(["AIza-example-file"]);
});

test("a missing, half-written or unreadable file never throws, and what was known stays", () => {
  expect(aHost().keysNow()).toEqual([]);
  const { files, keysNow } = aHost(withKey("AIza-example-a"));
  keysNow();
  files.put(PATH, '{"google":{"ty');
  expect(keysNow()).toEqual(["AIza-example-a"]);
  files.fail("stat", "EACCES");
  expect(keysNow()).toEqual(["AIza-example-a"]);
});
