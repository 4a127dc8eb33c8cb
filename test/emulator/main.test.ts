import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectories } from "../support/temp-directory";
import { askKey } from "./asking";

const MAIN = join(import.meta.dir, "main.ts");
const directory = temporaryDirectories();

const start = (...words: string[]) => Bun.spawn([process.execPath, MAIN, ...words], { stdout: "pipe", stderr: "pipe" });
const run = async (...words: string[]) => {
  const child = start(...words);
  const [out, complaint, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, complaint, status };
};
const scenarioFile = (scenario: unknown) => {
  const file = join(directory(), "demo.json");
  writeFileSync(file, JSON.stringify(scenario));
  return file;
};

/** What was printed up to the line that holds `mark`. */
async function readUntil(stream: ReadableStream<Uint8Array>, mark: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(mark)) break;
  }
  return text;
}

describe("the command", () => {
  test("serves, says what to set, and ends on SIGTERM with 0", async () => {
    const child = start("--scenario", scenarioFile({ accounts: [{ label: "a", key: "AIza-example-1" }] }));
    const printed = await readUntil(child.stdout, "Ctrl-C");
    const url = /^export GOOGLE_GEMINI_BASE_URL=(\S+)$/m.exec(printed)?.[1] ?? "";
    expect(printed).toContain(`export CODE_ASSIST_ENDPOINT=${url}`);
    expect(printed).toContain(`${url}/token`);
    expect((await askKey(url)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });

  test("helps, and lists every name", async () => {
    expect(await run("--help")).toMatchObject({ status: 0, out: expect.stringContaining("--scenario FILE") });
    const { out } = await run("--names");
    for (const name of ["gl_429_free_rpd", "ca_503_model_capacity_exhausted", "no-finish"])
      expect(out.split("\n")).toContain(name);
  });

  test.each([
    ["no scenario", [], "--help"],
    ["an unknown option", ["--bogus"], "--bogus"],
    ["no such file", ["--scenario", "/nowhere/none.json"], "/nowhere/none.json"],
  ])("ends with 2 and a reason: %s", async (_, words, reason) => {
    expect(await run(...words)).toMatchObject({ status: 2, out: "", complaint: expect.stringContaining(reason) });
  });

  test("takes Google's time, and says which it takes", async () => {
    const file = scenarioFile({ accounts: [{ label: "a", key: "AIza-example-1" }] });
    expect(await run("--scenario", file, "--at", "noon")).toMatchObject({
      status: 2,
      complaint: expect.stringContaining("--at: noon is no time"),
    });
    const child = start("--scenario", file, "--at", "2026-11-21T07:59:50Z");
    const url = /^export GOOGLE_GEMINI_BASE_URL=(\S+)$/m.exec(await readUntil(child.stdout, "Ctrl-C"))?.[1] ?? "";
    const { now } = (await (await fetch(`${url}/__emulator/clock`)).json()) as { now: string };
    expect(now).toStartWith("2026-11-21T0");
    child.kill("SIGTERM");
    await child.exited;
  });

  test("ends with 2 on a bad scenario or port and names the place", async () => {
    expect(await run("--scenario", scenarioFile({ accounts: [{ label: "a" }] }))).toMatchObject({
      status: 2,
      complaint: expect.stringContaining("accounts[0].key"),
    });
    const good = scenarioFile({ accounts: [{ label: "a", key: "k" }] });
    expect(await run("--scenario", good, "--port", "99999")).toMatchObject({
      status: 2,
      complaint: expect.stringContaining("99999"),
    });
  });
});
