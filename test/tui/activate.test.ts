import { describe, expect, test } from "bun:test";
import { activate } from "../../src/tui/activate";
import { MARKER } from "../../src/tui/host-api";
import { fakeApi, settle } from "./fake-api";

const FIRST = { hasHostLogin: false };

describe("making the models appear", () => {
  test("leaves everything alone where google is there already", async () => {
    const { api, seen } = fakeApi({ providers: ["anthropic", "google"] });
    expect(await activate(api, FIRST)).toBe("");
    expect(seen).toMatchObject({ auth: [], disposed: 0 });
  });

  test("sets the marker and starts the server side anew", async () => {
    const { api, seen } = fakeApi({ status: () => ({ ses_1: { type: "idle" } }) });
    expect(await activate(api, FIRST)).toBe("");
    expect(seen).toMatchObject({ auth: [{ providerID: "google", auth: MARKER }], disposed: 1 });
  });

  test.each(["busy", "retry"])("never cuts off an answer (%p): it waits for the end of the last one", async (type) => {
    const running: Record<string, { type: string }> = { ses_1: { type }, ses_2: { type } };
    const { api, seen, becomeIdle, listeners } = fakeApi({ status: () => running });
    expect(await activate(api, FIRST)).toBe("Its models appear once the running answer is done.");
    running["ses_1"] = { type: "idle" };
    becomeIdle();
    await settle();
    expect(seen.disposed).toBe(0);
    running["ses_2"] = { type: "idle" };
    becomeIdle();
    becomeIdle();
    await settle();
    expect(seen.disposed).toBe(1);
    expect(listeners.size).toBe(0);
  });

  test("an unknown state counts as busy", async () => {
    const { api, seen } = fakeApi({ status: () => undefined });
    await activate(api, FIRST);
    expect(seen.disposed).toBe(0);
  });

  test("stops listening when the TUI ends", async () => {
    const { api, listeners, dispose } = fakeApi({ status: () => ({ ses_1: { type: "busy" } }) });
    await activate(api, FIRST);
    dispose();
    expect(listeners.size).toBe(0);
  });

  test("a host that refuses the marker leads to a restart by hand", async () => {
    const { api, seen } = fakeApi({ authError: { name: "BadRequest" } });
    expect(await activate(api, FIRST)).toBe("Restart opencode to see its models.");
    expect(seen.disposed).toBe(0);
  });
});
