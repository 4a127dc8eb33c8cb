import { describe, expect, test } from "bun:test";
import { PoolError } from "../../src/core/errors";
import type { Finding, Restored } from "../../src/core/finding";
import { quotaScopeOf } from "../../src/core/scope";
import { examine } from "../../src/enrol/doctor";
import type { Upkeep } from "../../src/ports/upkeep";
import { anAccount } from "../support/builders";
import { anAccountSnapshot, aPool } from "../view/pool";

const PATH = "/config/gemini-auth.json";
const GOOD: Finding = { kind: "accounts", path: PATH, real: undefined, accountCount: 2 };
const BACKUP = { path: `${PATH}.bak`, labels: ["side"] };
const BROKEN: Finding = { kind: "accounts-broken", path: PATH, what: "is bad", isBlank: false, backup: BACKUP };
const OPEN_FILE: Finding = { kind: "too-open", path: PATH, what: "file", mode: 0o644, wanted: 0o600 };
const LISTED: Finding = { kind: "too-open", path: "/config", what: "directory", mode: 0o755, wanted: 0o700 };
const RESTORED: Restored = { labels: ["side"], leftOutCount: 0, copy: undefined };

interface Given {
  readonly findings?: readonly Finding[];
  readonly snapshot?: ReturnType<typeof aPool>;
  readonly problem?: string;
  /** What mending a finding does; the finding is gone afterwards unless told. */
  readonly mend?: (finding: Finding) => Restored | undefined;
  readonly stays?: boolean;
}

function checkOf({ findings = [GOOD], snapshot = aPool([]), problem, mend = () => undefined, stays = false }: Given) {
  let left = [...findings];
  const mended: Finding[] = [];
  const upkeep: Upkeep = {
    inspect: () => left,
    mend: async (finding) => {
      mended.push(finding);
      const restored = mend(finding);
      if (!stays) left = left.filter((each) => each !== finding);
      return restored;
    },
  };
  const parts = { upkeep, snapshot: () => snapshot, accountsProblem: () => problem };
  return { mended, run: (fix: boolean) => examine(parts, { fix }) };
}

const standings = async (given: Given, fix = false) =>
  (await checkOf(given).run(fix)).examined.map((each) => each.standing);

describe("a check", () => {
  test("of a good home is healthy", async () => {
    expect(await checkOf({}).run(false)).toEqual({ healthy: true, examined: [{ finding: GOOD, standing: "fine" }] });
  });

  test("of a pool in which an account waits for its person is not, and says who and why", async () => {
    const url = "https://console.example/billing";
    const parked = anAccountSnapshot({ label: "work", state: "parked", reason: "billing needs attention", url });
    const { healthy, examined } = await checkOf({ snapshot: aPool([anAccountSnapshot(), parked]) }).run(true);
    expect(healthy).toBe(false);
    expect(examined).toContainEqual({
      finding: { kind: "waiting", label: "work", origin: "file", reason: "billing needs attention", url },
      standing: "open",
    });
  });

  test("changes nothing unless told to", async () => {
    const { mended, run } = checkOf({ findings: [BROKEN, OPEN_FILE] });
    expect((await run(false)).healthy).toBe(false);
    expect(mended).toEqual([]);
  });

  const judgements: readonly (readonly [string, Finding, "open" | "note"])[] = [
    ["a broken file", BROKEN, "open"],
    ["a newer file", { kind: "accounts-newer", path: PATH }, "open"],
    ["a file that cannot be read", { kind: "accounts-unreadable", path: PATH, code: "EACCES" }, "open"],
    ["a file that is gone while its backup is there", { kind: "accounts-missing", path: PATH, backup: BACKUP }, "open"],
    ["no file yet", { kind: "accounts-missing", path: PATH, backup: undefined }, "note"],
    ["a broken account", { kind: "account-broken", path: PATH, what: "account 1: x" }, "open"],
    ["a file that others can read", OPEN_FILE, "open"],
    ["a directory that others can list", LISTED, "note"],
    ["a directory that others can change", { ...LISTED, mode: 0o775 }, "open"],
    ["a directory of somebody else", { ...LISTED, mode: 0o777, wanted: 0o777 }, "note"],
    ["what the next change puts right", { kind: "left-over", path: `${PATH}.x.tmp` }, "note"],
    ["a dead lock", { kind: "stale-lock", path: `${PATH}.lock`, ageMs: 9_000 }, "note"],
    ["copies", { kind: "copies", paths: [`${PATH}.corrupt-1`], held: [] }, "note"],
    ["copies that alone have accounts", { kind: "copies", paths: [`${PATH}.bak-1`], held: [BACKUP] }, "note"],
    ["a link that leads nowhere", { kind: "dead-link", path: PATH, target: "/disk/auth.json" }, "open"],
    ["a directory that nothing can be written in", { kind: "unwritable", path: "/config", code: "EACCES" }, "open"],
    ["a client that cannot be used", { kind: "client-broken", path: PATH, what: "OAuth client 1: x" }, "open"],
    ["a slip", { kind: "field-slip", path: PATH, where: undefined, field: "Accounts", meant: "accounts" }, "open"],
    ["a file in the place of a lock", { kind: "lock-blocked", path: `${PATH}.lock`, what: "file" }, "open"],
    ["a lock with something in it", { kind: "lock-blocked", path: `${PATH}.lock`, what: "directory" }, "open"],
    ["an old backup", { kind: "backup-behind", path: `${PATH}.bak`, because: "older", held: [] }, "note"],
  ];
  test.each(judgements)("%s", async (_, finding, standing) => {
    expect(await standings({ findings: [finding] })).toEqual([standing]);
  });
});

describe("with fix", () => {
  test("what could be put right is told as fixed, and all is well", async () => {
    const { run } = checkOf({
      findings: [BROKEN, LISTED],
      mend: ({ kind }) => (kind === BROKEN.kind ? RESTORED : undefined),
    });
    expect(await run(true)).toEqual({
      healthy: true,
      examined: [
        { finding: BROKEN, standing: "fixed", restored: RESTORED },
        { finding: LISTED, standing: "fixed" },
      ],
    });
  });

  test("what only a person can put right is left alone and stays open", async () => {
    const newer: Finding = { kind: "accounts-newer", path: PATH };
    const byHand: Finding = { ...BROKEN, backup: undefined };
    const { mended, run } = checkOf({ findings: [newer, byHand] });
    expect((await run(true)).healthy).toBe(false);
    expect(mended).toEqual([]);
  });

  test("a plain file in the place of a lock goes; a directory with something in it is for its owner to judge", async () => {
    const file: Finding = { kind: "lock-blocked", path: `${PATH}.lock`, what: "file" };
    const full: Finding = { ...file, what: "directory" };
    const { mended, run } = checkOf({ findings: [file, full] });
    expect((await run(true)).examined).toEqual([
      { finding: file, standing: "fixed" },
      { finding: full, standing: "open" },
    ]);
    expect(mended).toEqual([file]);
  });

  test("what stands in the place of a lock goes first: the rest needs the lock", async () => {
    const file: Finding = { kind: "lock-blocked", path: `${PATH}.lock`, what: "file" };
    const { mended, run } = checkOf({ findings: [BROKEN, OPEN_FILE, file] });
    await run(true);
    expect(mended).toEqual([file, BROKEN, OPEN_FILE]);
  });

  test("a directory of somebody else is not touched, and no reason to worry", async () => {
    const foreign: Finding = { kind: "too-open", path: "/srv/shared", what: "directory", mode: 0o755, wanted: 0o755 };
    const { mended, run } = checkOf({ findings: [foreign] });
    expect(await run(true)).toEqual({ healthy: true, examined: [{ finding: foreign, standing: "note" }] });
    expect(mended).toEqual([]);
  });

  test("a directory of opencode's that everybody may change is for its owner to judge", async () => {
    const { mended, run } = checkOf({ findings: [{ ...LISTED, mode: 0o777 }] });
    expect((await run(true)).healthy).toBe(false);
    expect(mended).toEqual([]);
  });

  test("what could not be put right is told with its reason, and the rest goes on", async () => {
    const mend = ({ kind }: Finding) => {
      if (kind === "accounts-broken") throw new PoolError("store/unwritable", "the disk is full");
      return undefined;
    };
    const { run } = checkOf({ findings: [BROKEN, OPEN_FILE], mend });
    const { healthy, examined } = await run(true);
    expect(healthy).toBe(false);
    expect(examined).toEqual([
      { finding: OPEN_FILE, standing: "fixed" },
      { finding: BROKEN, standing: "failed", why: "the disk is full" },
    ]);
  });

  test("what is still there afterwards is not called fixed: some file systems forget modes", async () => {
    expect(await standings({ findings: [OPEN_FILE], stays: true }, true)).toEqual(["failed"]);
  });
});

describe("beside the files", () => {
  test("what is wrong with the options is told, and what the files already told is not told twice", async () => {
    const problem = `${PATH} is bad. Correct it.`;
    const snapshot = aPool([], { problem: `${problem}\ngemini-pool.jsonc: strategy must be one of a, b.` });
    const { examined, healthy } = await checkOf({ snapshot, problem }).run(false);
    expect(healthy).toBe(false);
    expect(examined.map(({ finding }) => finding)).toEqual([
      GOOD,
      { kind: "trouble", sentence: "gemini-pool.jsonc: strategy must be one of a, b." },
    ]);
  });

  test("2 keys, 1 project, 1 quota (pain 18); a key that stands alone is not mentioned", async () => {
    const key = (label: string, quotaScope: string) => anAccountSnapshot({ id: label, label, quotaScope });
    const snapshot = aPool([
      key("one", "gemini-api/p-1"),
      key("two", "gemini-api/p-1"),
      key("three", "gemini-api/p-2"),
    ]);
    const { examined, healthy } = await checkOf({ snapshot }).run(false);
    expect(healthy).toBe(true);
    expect(examined.map(({ finding }) => finding)).toEqual([
      GOOD,
      { kind: "shared-quota", backend: "gemini-api", name: "p-1", labels: ["one", "two"] },
    ]);
  });

  test.each([
    ["a number that Google named (pain 18)", { consumer: "projects/123456" }, "123456"],
    ["a name of the user's own", { quotaProject: "side-1" }, "side-1"],
    ["a Vertex project", { backend: "vertex", project: "prod-9", location: "europe-west1" }, "prod-9"],
    ["a Vertex key's number", { backend: "vertex", consumer: "projects/77" }, "77"],
  ] as const)("the project is told by %s", async (_, where, name) => {
    const quotaScope = quotaScopeOf(anAccount(where));
    const sharers = ["one", "two"].map((label) => anAccountSnapshot({ ...where, id: label, label, quotaScope }));
    const { examined } = await checkOf({ snapshot: aPool(sharers) }).run(false);
    expect(examined[1]?.finding).toMatchObject({ kind: "shared-quota", name, labels: ["one", "two"] });
  });

  test("two logins of one person share a quota; the person's number is not shown", async () => {
    const seat = (label: string) =>
      anAccountSnapshot({
        id: label,
        label,
        backend: "code-assist",
        credential: "oauth",
        quotaScope: "code-assist/1098",
      });
    const { examined } = await checkOf({ snapshot: aPool([seat("a"), seat("b")]) }).run(false);
    expect(examined[1]?.finding).toEqual({
      kind: "shared-quota",
      backend: "code-assist",
      name: undefined,
      labels: ["a", "b"],
    });
  });
});
