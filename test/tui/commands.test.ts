import { describe, expect, test } from "bun:test";
// Loaded here, so that a command shows after a few turns however slow the disk is.
import "../../src/tui/login";
import "../../src/tui/quota-dialog";
import { registerCommands } from "../../src/tui/commands";
import { anEntry } from "../support/builders";
import { fakeApi, settle } from "./fake-api";
import { tuiStores } from "./parts";

async function until(condition: () => boolean) {
  for (let turn = 0; turn < 1_000 && !condition(); turn++) await settle();
  expect(condition()).toBe(true);
}

describe("the commands of the TUI", () => {
  test("are /login and /gquota, and open nothing before they are used", () => {
    const host = fakeApi();
    const { open, count } = tuiStores();
    registerCommands(host.api, open);
    expect(host.seen.commands.map(({ slashName }) => slashName)).toEqual(["login", "gquota"]);
    expect(host.seen.commands.every(({ namespace }) => namespace === "palette")).toBe(true);
    expect(count.opened).toBe(0);
  });

  test("/login opens its dialog", async () => {
    const host = fakeApi();
    registerCommands(host.api, tuiStores().open);
    host.use("login");
    await until(() => host.shown()?.kind === "select");
  });

  test("/gquota shows the table in a dialog wide enough for it, and closes the stores", async () => {
    const host = fakeApi();
    const stores = tuiStores({ elsewhere: [anEntry({ label: "work" })] });
    registerCommands(host.api, stores.open);
    host.use("gquota");
    await until(() => stores.count.closed === 1);
    expect(host.shown()).toMatchObject({
      kind: "alert",
      props: { message: expect.stringContaining("Gemini pool: 1 of 1 account can answer") },
    });
    expect(host.seen.size).toBe("large");
  });

  test("a fault becomes a toast, not an unhandled rejection", async () => {
    const host = fakeApi();
    registerCommands(host.api, () => Promise.reject(new Error("gemini-auth.json: no permission")));
    host.use("gquota");
    await until(() => host.seen.toasts.length > 0);
    expect(host.seen.toasts).toEqual(["error: Gemini pool: gemini-auth.json: no permission"]);
  });

  test("a host without our keymap costs the commands, not the start", () => {
    const host = fakeApi();
    const broken = {
      ...host.api,
      keymap: {
        registerLayer: () => {
          throw new Error("no layers");
        },
      },
    };
    expect(() => registerCommands(broken, tuiStores().open)).not.toThrow();
    expect(host.seen.toasts).toEqual([
      "error: Gemini pool: The commands /login and /gquota are not available: no layers",
    ]);
  });
});
