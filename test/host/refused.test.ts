import { afterEach, describe, expect, test } from "bun:test";
import { chatServer } from "../support/chat-server";
import { keyAccount } from "../support/google-world";
import { hostWorld } from "../support/host-world";
import { serve } from "../support/opencode-serve";

const { world, cleanUp } = hostWorld();
afterEach(cleanUp);
const MODEL = ["-m", "google/gemini-2.5-flash"];
const BOTH = [keyAccount("one"), keyAccount("two")];

describe("all accounts out", () => {
  test("opencode run shows our sentence with the clock time and ends", async () => {
    const faults = [{ answer: "gl_429_free_rpd", with: { retryDelaySeconds: 7_200 } }];
    const { home, calls } = await world({ accounts: BOTH, scenario: { faults } });
    const before = Date.now();
    const { stderr, exitCode } = await home.opencode(["run", ...MODEL, "hello"]);
    const clock = [7_200_000, 7_260_000, 7_320_000].map((ms) => new Date(before + ms).toTimeString().slice(0, 5));
    expect(stderr).toContain("Both Gemini accounts are used up. First free: ");
    expect(clock.some((time) => stderr.includes(time))).toBe(true);
    expect(exitCode).toBe(1);
    expect(calls().length).toBeLessThanOrEqual(4);
  });

  test("opencode serve shows our sentence and counts down the right wait", async () => {
    const faults = [{ answer: "gl_429_free_rpd", with: { retryDelaySeconds: 7_200 } }];
    const { home, calls } = await world({ accounts: BOTH, scenario: { faults } });
    const server = await serve(home);
    try {
      const before = Date.now();
      const status = await server.retryStatus("hello", "google/gemini-2.5-flash");
      expect(status.message).toContain("Both Gemini accounts are used up. First free: ");
      const waitMs = status.next - before;
      expect(waitMs).toBeGreaterThan(7_190_000);
      expect(waitMs).toBeLessThan(7_215_000);
      expect(calls().length).toBeLessThanOrEqual(4);
    } finally {
      await server.stop();
    }
  });
});

describe("an empty pool", () => {
  test("with a configured google model says how to log in, at once", async () => {
    const { home, calls } = await world({ config: { model: "google/gemini-2.5-flash" } });
    const { stderr, exitCode, ms } = await home.opencode(["run", "hello"]);
    expect(stderr).toContain("/login");
    expect(exitCode).toBe(1);
    expect(ms).toBeLessThan(30_000);
    expect(calls()).toEqual([]);
  });

  test("leaves another provider's default model as it was", async () => {
    const chat = chatServer("Hello from the other provider");
    const config = {
      provider: {
        other: {
          npm: "@ai-sdk/openai-compatible",
          options: { baseURL: chat.url, apiKey: "example" },
          models: { "other-1": { name: "Other 1" } },
        },
      },
    };
    try {
      const { home, calls } = await world({ config });
      const { stdout } = await home.opencode(["run", "hello"]);
      expect(stdout).toContain("Hello from the other provider");
      expect((await home.opencode(["models"])).stdout).not.toContain("google/");
      expect(calls()).toEqual([]);
    } finally {
      chat.stop();
    }
  });
});
