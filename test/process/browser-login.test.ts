import { afterEach, expect, test } from "bun:test";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../emulator/server";
import { returnedTo, show } from "../enrol/login-world";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const open: Emulator[] = [];
afterEach(async () => {
  for (const google of open.splice(0)) await google.close();
});

const CLIENT = { id: "own-client.apps.example", secret: "own-client-secret" };
const PERSON = { label: "me", refreshToken: "1//example-me", project: "side-1", email: "me@work.example" };
const CHILD = join(import.meta.dir, "..", "support", "login-child.ts");

/** A process that logs in, with this environment and nothing else. */
async function loggingIn(env: (place: string) => Record<string, string>) {
  const google = await startEmulator({ accounts: [{ ...PERSON, client: CLIENT }] });
  open.push(google);
  const place = directory();
  const child = Bun.spawn([process.execPath, CHILD, google.url, place], {
    env: { HOME: place, ...env(place) },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  const lines = readLines(child.stdout);
  const pending = JSON.parse(await lines()) as { url: string; isOpened: boolean };
  const end = async () => {
    const text = await lines();
    return { text, exit: await child.exited, stderr: await new Response(child.stderr).text() };
  };
  return { child, pending, end, file: join(place, "gemini-auth.json") };
}

/** One line after the other. */
function readLines(stream: ReadableStream<Uint8Array>): () => Promise<string> {
  const [reader, decoder] = [stream.getReader(), new TextDecoder()];
  let text = "";
  return async () => {
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += decoder.decode(value, { stream: true });
    }
    const [line = "", ...rest] = text.split("\n");
    text = rest.join("\n");
    return line;
  };
}

function expectLoggedIn({ text, exit, stderr }: { text: string; exit: number; stderr: string }, file: string) {
  expect(JSON.parse(text)).toMatchObject({ kind: "concluded", result: { kind: "added", label: "m…@work.example" } });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(text).not.toMatch(/1\/\/|ya29|4\/0A|own-client-secret|me@work/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toContain('"email": "me@work.example"');
}

test("without any program for a browser the address is given, and it works from wherever it is opened", async () => {
  const { pending, end, file } = await loggingIn((place) => ({ PATH: place, DISPLAY: ":0" }));
  expect(pending.isOpened).toBe(false);
  expect((await show(await returnedTo(pending.url))).status).toBe(200);
  expectLoggedIn(await end(), file);
}, 60_000);

test("over SSH no browser is opened, and the address that it was sent to can be pasted", async () => {
  const { child, pending, end, file } = await loggingIn((place) => ({
    PATH: place,
    DISPLAY: "localhost:10.0",
    BROWSER: browserAt(place),
    SSH_CONNECTION: "10.0.0.1 50000 10.0.0.2 22",
  }));
  expect(pending.isOpened).toBe(false);
  child.stdin.write(`"${await returnedTo(pending.url)}"\n`);
  child.stdin.flush();
  expectLoggedIn(await end(), file);
}, 60_000);

test("a browser logs in by itself, and the process ends then", async () => {
  const { pending, end, file } = await loggingIn((place) => ({ PATH: place, BROWSER: browserAt(place) }));
  expect(pending.isOpened).toBe(true);
  expectLoggedIn(await end(), file);
}, 60_000);

/** A program that opens an address as a browser does: it follows where it is sent. */
function browserAt(place: string): string {
  const path = join(place, "browser");
  const program = "await (await fetch(process.argv[1])).text()";
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' -e '${program}' "$1"\n`);
  chmodSync(path, 0o755);
  return path;
}
