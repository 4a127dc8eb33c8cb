import { describe, expect, test } from "bun:test";
import type { ProbeResult } from "../../src/ports/upstream";
import { login } from "../../src/tui/login";
import { anEntry } from "../support/builders";
import { fakeApi, settle } from "./fake-api";
import { tuiStores } from "./parts";

const KEY = "AIza-example-0123456789abcd";
const refused: ProbeResult = {
  kind: "refused",
  outcome: { kind: "parked", state: "key-invalid", scope: "account", status: 400, sentence: "API key not valid." },
};

describe("/login", () => {
  test("asks, adds, closes, says so and makes the models appear", async () => {
    const host = fakeApi();
    const stores = tuiStores();
    const done = login(host.api, stores.open);
    await settle();
    expect(host.shown()).toMatchObject({ kind: "prompt", props: { title: "Add a Gemini API key" } });
    host.type(` ${KEY}\n`);
    await done;
    expect(stores.labels()).toEqual(["key 1"]);
    expect(host.shown()).toBeUndefined();
    expect(host.seen.toasts).toEqual(["success: Added key 1 (key …abcd)."]);
    expect(host.seen).toMatchObject({ disposed: 1, auth: [{ providerID: "google" }] });
    expect(stores.count).toEqual({ opened: 1, closed: 1 });
  });

  test("is busy while Google is asked; closing the dialog then gives up and stores nothing", async () => {
    const host = fakeApi();
    const asked = Promise.withResolvers<ProbeResult>();
    const stores = tuiStores({ answers: [asked.promise] });
    const done = login(host.api, stores.open);
    await settle();
    host.type(KEY);
    await settle();
    expect(host.shown()).toMatchObject({ kind: "prompt", props: { busy: true } });
    host.close();
    asked.resolve({ kind: "valid" });
    await done;
    expect(stores.labels()).toEqual([]);
    expect(host.seen.toasts).toEqual([]);
    expect(stores.count.closed).toBe(1);
  });

  test("says in the dialog why a key was not added, then asks again", async () => {
    const host = fakeApi();
    const stores = tuiStores({ answers: [refused] });
    const done = login(host.api, stores.open);
    await settle();
    host.type(KEY);
    await settle();
    expect(host.shown()).toMatchObject({
      kind: "alert",
      props: { message: expect.stringContaining("API key not valid.") },
    });
    host.ok();
    await settle();
    expect(host.shown()?.kind).toBe("prompt");
    host.type(KEY);
    await done;
    expect(stores.labels()).toEqual(["key 1"]);
  });

  test("ends quietly when the person leaves, at the question and at the alert", async () => {
    for (const leaveAt of ["prompt", "alert"]) {
      const host = fakeApi();
      const stores = tuiStores({ answers: [refused] });
      const done = login(host.api, stores.open);
      await settle();
      if (leaveAt === "alert") {
        host.type(KEY);
        await settle();
      }
      expect(host.shown()?.kind).toBe(leaveAt as never);
      host.close();
      await done;
      expect(host.seen).toMatchObject({ toasts: [], disposed: 0, auth: [] });
      expect(stores.count.closed).toBe(1);
    }
  });

  test("leaves opencode's own google key alone", async () => {
    const host = fakeApi();
    const stores = tuiStores({ elsewhere: [anEntry({ id: "host", origin: "opencode" })] });
    const done = login(host.api, stores.open);
    await settle();
    host.type(KEY);
    await done;
    expect(host.seen).toMatchObject({ auth: [], disposed: 1 });
  });
});
