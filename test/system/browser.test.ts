import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBrowser } from "../../src/system/browser";
import { browserCommands } from "../../src/system/browser-commands";
import { fakeClock } from "../support/fake-clock";
import { temporaryDirectories } from "../support/temp-directory";

const URL = "https://accounts.google.com/o/oauth2/v2/auth?client_id=a&state=b$(id)'";
const SCREEN = { DISPLAY: ":0" };

const commands = (env: Record<string, string>, platform: NodeJS.Platform = "linux", isContainer = false) =>
  browserCommands({ platform, env, isContainer }, URL);

describe("which programs open an address", () => {
  const table: readonly (readonly [string, readonly (readonly string[])[], readonly (readonly string[])[]])[] = [
    ["a Mac", commands({}, "darwin"), [["open", URL]]],
    ["Windows, without its shell", commands({}, "win32"), [["rundll32", "url.dll,FileProtocolHandler", URL]]],
    ["Linux with a screen", commands(SCREEN), [["xdg-open", URL]]],
    ["Linux with Wayland", commands({ WAYLAND_DISPLAY: "wayland-0" }), [["xdg-open", URL]]],
    ["Linux without a screen", commands({}), []],
    ["Linux inside Windows", commands({ WSL_DISTRO_NAME: "Ubuntu" }), [["wslview", URL]]],
    ["$BROWSER without a screen", commands({ BROWSER: "my-browser" }), [["my-browser", URL]]],
    [
      "$BROWSER with arguments, before the system's",
      commands({ ...SCREEN, BROWSER: "firefox --new-window %s:w3m" }),
      [
        ["firefox", "--new-window", URL],
        ["w3m", URL],
        ["xdg-open", URL],
      ],
    ],
    ["SSH", commands({ ...SCREEN, SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }), []],
    ["SSH on a Mac", commands({ SSH_TTY: "/dev/ttys001" }, "darwin"), []],
    ["SSH with a $BROWSER", commands({ BROWSER: "firefox", SSH_TTY: "/dev/pts/1" }), []],
    ["a container", commands(SCREEN, "linux", true), []],
  ];
  for (const [name, found, expected] of table) test(name, () => expect(found).toEqual(expected.map((one) => [...one])));
});

describe("opening", () => {
  const place = (codes: readonly (number | undefined | "at work")[]) => {
    const asked: string[] = [];
    const clock = fakeClock();
    const start = (program: string) => {
      const code = codes[asked.push(program) - 1];
      return code === "at work" ? new Promise<number>(() => undefined) : Promise.resolve(code);
    };
    const env = () => ({ ...SCREEN, BROWSER: "one:two" });
    return { asked, clock, browser: createBrowser({ platform: "linux", env, isContainer: () => false, start, clock }) };
  };

  test("goes on to the next program where one is absent or fails", async () => {
    const { asked, browser } = place([undefined, 3, 0]);
    expect(await browser.open(URL)).toBe(true);
    expect(asked).toEqual(["one", "two", "xdg-open"]);
  });

  test("says where none works", async () => {
    const { browser } = place([undefined, undefined, undefined]);
    expect(await browser.open(URL)).toBe(false);
  });

  test("does not wait for a browser that stays", async () => {
    const { asked, browser, clock } = place(["at work"]);
    expect(await clock.finish(browser.open(URL), 2_000)).toBe(true);
    expect(asked).toEqual(["one"]);
    expect(clock.pending()).toBe(0);
  });

  test("opens web addresses only", async () => {
    const { asked, browser } = place([0]);
    for (const url of ["file:///etc/passwd", "--help", "https://a b", "javascript:alert(1)", ""])
      expect(await browser.open(url)).toBe(false);
    expect(asked).toEqual([]);
  });
});

describe("with real programs", () => {
  const directory = temporaryDirectories();
  const program = (text: string) => {
    const path = join(directory(), "browse");
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const browser = (env: Record<string, string>) =>
    createBrowser({ platform: "linux", env: () => env, isContainer: () => false });

  test("the address arrives as one argument, whatever is in it", async () => {
    const path = program(`printf '%s\\n' "$#" "$1" > "$0.seen"`);
    expect(await browser({ BROWSER: path }).open(URL)).toBe(true);
    expect(readFileSync(`${path}.seen`, "utf8")).toBe(`1\n${URL}\n`);
  });

  test("a program that is not there, is none or fails is no browser", async () => {
    expect(await browser({ BROWSER: "/nonexistent/browser" }).open(URL)).toBe(false);
    expect(await browser({ BROWSER: directory() }).open(URL)).toBe(false);
    expect(await browser({ BROWSER: program("exit 3") }).open(URL)).toBe(false);
  });

  test("it gets neither our input nor our output", async () => {
    const script = `const { createBrowser } = await import(${JSON.stringify(`${import.meta.dir}/../../src/system/browser.ts`)});
      const env = () => ({ BROWSER: ${JSON.stringify(program("echo loud; echo louder >&2; cat"))} });
      console.log(await createBrowser({ platform: "linux", env, isContainer: () => false }).open("https://a.example/"));`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("true\n");
    expect(await new Response(child.stderr).text()).toBe("");
    await child.exited;
  });

  test("a machine with an empty PATH has no browser, and nothing is thrown", async () => {
    const script = `const { createBrowser } = await import(${JSON.stringify(`${import.meta.dir}/../../src/system/browser.ts`)});
      console.log(await createBrowser({ platform: "linux", isContainer: () => false }).open("https://a.example/"));`;
    const env = { PATH: directory(), DISPLAY: ":0", HOME: directory() };
    const child = Bun.spawn([process.execPath, "-e", script], { env, stdout: "pipe", stderr: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("false\n");
    expect(await child.exited).toBe(0);
  });
});
