import { describe, expect, test } from "bun:test";
import { aKey, aLogin, anAccount, aSeat } from "../support/builders";
import { exchange } from "./exchange";

const KEY = "AIza-planted-0123456789abcd";

async function aMachine() {
  const world = exchange();
  await world.store.update([
    { type: "add", account: anAccount({ label: "side" }), credential: aKey(KEY) },
    { type: "add", account: aSeat(), credential: aLogin({ email: "planted@work.example" }) },
  ]);
  return world;
}

describe("export", () => {
  test("without a word of secrets unless asked, in the form of the accounts file", async () => {
    const { run, seen } = await aMachine();
    expect(await run("export")).toBe(0);
    const written = JSON.parse(seen.out);
    expect(written).toMatchObject({
      version: 1,
      accounts: [{ label: "side", secretsLeftOut: true }, { label: "seat" }],
    });
    expect(seen.out).not.toMatch(/planted|example-refresh|example-secret|ya29/);
    expect(seen.err).toContain("2 accounts without keys and logins; to have them too: --secrets");
    expect(seen).toMatchObject({ opened: 1, closed: 1 });
  });

  test("--secrets warns beside the data, and another machine has the same accounts", async () => {
    for (const form of ["--json", "--env"]) {
      const { run, seen, store } = await aMachine();
      expect(await run("export", form, "--secrets")).toBe(0);
      expect(seen.err).toContain("this holds your keys and logins");
      const other = exchange({ stdin: seen.out });
      expect(await other.run("import", "-")).toBe(0);
      const [key, seat] = store.current().entries;
      expect(other.store.current().entries).toMatchObject([
        { account: key?.account, credential: { key: KEY } },
        { account: seat?.account, credential: { refreshToken: "1//example-refresh", email: "planted@work.example" } },
      ]);
    }
  });

  test("a name that is an e-mail is masked like the rest, and whole with --secrets; one that is a key is never told", async () => {
    const world = exchange();
    const labels = ["planted@work.example", KEY];
    for (const [index, label] of labels.entries()) {
      const account = anAccount({ id: `k${index}`, label, tags: ["planted@home.example"] });
      await world.store.update([{ type: "add", account, credential: aKey(`AIza-example-${index}`) }]);
    }
    for (const form of ["--json", "--env"]) {
      world.seen.out = "";
      await world.run("export", form);
      expect(world.seen.out).not.toContain("planted");
    }
    world.seen.out = "";
    await world.run("export", "--secrets");
    expect(world.seen.out).toContain("planted@work.example");
    expect(world.seen.out).not.toContain(KEY);
  });

  test("only one form at a time", async () => {
    const { run, seen } = exchange();
    expect(await run("export", "--json", "--env")).toBe(2);
    expect(seen).toMatchObject({ out: "", opened: 0 });
  });

  test("a broken accounts file is told, and nothing is written", async () => {
    const { run, seen, files, path } = exchange();
    files.put(path, "{,");
    expect(await run("export", "--secrets")).toBe(1);
    expect(seen.err).toContain("is not valid JSON");
    expect(seen.out).toBe("");
  });
});
