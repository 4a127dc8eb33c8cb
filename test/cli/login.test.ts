import { describe, expect, test } from "bun:test";
import type { ProbeResult } from "../../src/ports/upstream";
import { cli } from "./parts";

const KEY = "AIza-example-0123456789abcd";
const labels = ({ store }: ReturnType<typeof cli>) => store.current().entries.map(({ account }) => account.label);

describe("login", () => {
  test("takes the key from standard input, adds it, and says so without it", async () => {
    const world = cli({ stdin: `${KEY}\n` });
    expect(await world.run("login", "--key", "-", "--label", "side", "--project=side-1")).toBe(0);
    const out = "Added side (key …abcd).\nIn opencode, choose a google model with /models.\n";
    expect(world.seen).toMatchObject({ out, err: "", opened: 1, closed: 1 });
    expect(world.store.current().entries[0]?.account).toMatchObject({ label: "side", quotaProject: "side-1" });
  });

  test("without a terminal and without --key it never asks: one line how to, exit 2", async () => {
    const { run, seen } = cli({ stdin: KEY });
    expect(await run("login")).toBe(2);
    expect(seen.err).toBe(
      'gemini-pool: Give the key on standard input: printf %s "$KEY" | gemini-pool login --key -\n',
    );
    expect(seen).toMatchObject({ asked: "", opened: 0 });
  });

  test("at a terminal it asks", async () => {
    const world = cli({ isTty: true, typed: KEY });
    expect(await world.run("login")).toBe(0);
    expect(world.seen.asked).toContain("API key");
    expect(labels(world)).toEqual(["key 1"]);
  });

  test("giving up at the prompt stores nothing, exit 1", async () => {
    const world = cli({ isTty: true, typed: undefined });
    expect(await world.run("login")).toBe(1);
    expect(world.seen.err).toBe("gemini-pool: given up, nothing was stored.\n");
    expect(labels(world)).toEqual([]);
  });

  test("a key on the command line is refused and not repeated", async () => {
    const { run, seen } = cli();
    expect(await run("login", "--key", KEY)).toBe(2);
    expect(seen.err).toContain("can be read by others");
    expect(seen.err).not.toContain(KEY);
  });

  test("what is no key is exit 2, what Google refuses is exit 1", async () => {
    expect(await cli({ stdin: "" }).run("login", "--key", "-")).toBe(2);
    const outcome = {
      kind: "parked",
      state: "key-invalid",
      scope: "account",
      status: 400,
      sentence: "API key not valid.",
    } as const;
    const world = cli({ stdin: KEY, answer: { kind: "refused", outcome } });
    expect(await world.run("login", "--key", "-", "--force")).toBe(1);
    expect(world.seen.err).toContain("API key not valid.");
    expect(labels(world)).toEqual([]);
  });

  test("without a network it names --force, and --force keeps the key", async () => {
    const outcome = { kind: "transient", cause: "network", status: 0, sentence: "connection refused" } as const;
    const answer: ProbeResult = { kind: "refused", outcome };
    const careful = cli({ stdin: KEY, answer });
    expect(await careful.run("login", "--key", "-")).toBe(1);
    expect(careful.seen.err).toEndWith("connection refused. To keep it all the same: --force\n");
    const bold = cli({ stdin: KEY, answer });
    expect(await bold.run("login", "--key", "-", "--force")).toBe(0);
    expect(labels(bold)).toEqual(["key 1"]);
  });
});
