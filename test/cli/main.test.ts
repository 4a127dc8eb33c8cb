import { describe, expect, test } from "bun:test";
import { cli } from "./parts";

describe("the frame of the command line", () => {
  test.each(["help", "--help", "-h"])("%p prints the manual and opens nothing", async (word) => {
    const { run, seen } = cli();
    expect(await run(word)).toBe(0);
    expect(seen.out).toContain("gemini-pool status [--json]");
    expect(seen.out).toContain("gemini-pool login [--key -]");
    expect(seen).toMatchObject({ err: "", opened: 0 });
  });

  test("no command at all is a question, answered with the manual on stderr", async () => {
    const { run, seen } = cli();
    expect(await run()).toBe(2);
    expect(seen.err).toContain("gemini-pool status");
    expect(seen.out).toBe("");
  });

  test("help of one command, both ways", async () => {
    const asked = cli();
    const flagged = cli();
    expect(await asked.run("help", "login")).toBe(0);
    expect(await flagged.run("login", "--help")).toBe(0);
    expect(asked.seen.out).toContain("--label NAME");
    expect(flagged.seen.out).toBe(asked.seen.out);
  });

  test("--version is one line", async () => {
    const { run, seen } = cli();
    expect(await run("--version")).toBe(0);
    expect(seen.out).toBe("1.2.3\n");
  });

  const mistakes: [string[], string][] = [
    [["statsu"], "there is no command statsu. Did you mean: gemini-pool status"],
    [["frobnicate"], "there is no command frobnicate. See: gemini-pool help"],
    [["help", "logn"], "Did you mean: gemini-pool login"],
    [["status", "--jsno"], "status: There is no option --jsno. Did you mean --json?"],
    [["status", "--json=1"], "--json takes no value."],
    [["status", "extra"], "There is an argument too many."],
    [["login", "--label"], "--label needs a value: --label NAME"],
    [["login", "--label", "--key", "-"], "--label needs a value"],
  ];
  test.each(mistakes)("%j is not understood, exit 2, nothing opened", async (argv, sentence) => {
    const { run, seen } = cli();
    expect(await run(...argv)).toBe(2);
    expect(seen.err).toContain(sentence);
    expect(seen).toMatchObject({ out: "", opened: 0 });
  });

  test("a key in the wrong place is not repeated", async () => {
    for (const argv of [["AIza-example-0123"], ["login", "AIza-example-0123"], ["login", "--key=AIza-example-0123"]]) {
      const { run, seen } = cli();
      expect(await run(...argv)).toBe(2);
      expect(seen.err).not.toContain("AIza");
    }
  });
});
