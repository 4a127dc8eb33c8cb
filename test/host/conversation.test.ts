import { afterEach, describe, expect, test } from "bun:test";
import { keyAccount } from "../support/google-world";
import { hostWorld } from "../support/host-world";

const { world, cleanUp } = hostWorld();
afterEach(cleanUp);
const MODEL = ["-m", "google/gemini-2.5-flash"];
const TWO = [keyAccount("one"), keyAccount("two")];

describe("/gquota", () => {
  test("costs no call, and the prompt after it goes to Google", async () => {
    const { home, calls } = await world({ accounts: TWO });
    const shown = await home.opencode(["run", "--command", "gquota"]);
    expect(shown.stdout).toContain("Gemini pool: 2 of 2 accounts can answer");
    expect(shown.stdout).toContain("one");
    expect(calls()).toEqual([]);
    const { stdout } = await home.opencode(["run", "-c", ...MODEL, "hello"]);
    expect(stdout).toContain("Hello from");
    expect(calls().length).toBeGreaterThan(0);
  });

  test("tells of a refusal that another process met", async () => {
    const faults = [{ on: { account: "one" }, answer: "gl_429_free_rpd", with: { retryDelaySeconds: 7_200 } }];
    const { home } = await world({
      accounts: [keyAccount("one"), keyAccount("two", { priority: 1 })],
      scenario: { faults },
    });
    await home.opencode(["run", ...MODEL, "hello"]);
    const { stdout } = await home.opencode(["run", "--command", "gquota"]);
    expect(stdout).toContain("gemini-2.5-flash");
    expect(stdout).toMatch(/one[\s\S]*(daily|per day|day)/i);
  });
});

describe("tools", () => {
  test("a call goes round, though its arguments speak of error and finishReason", async () => {
    const content = '{"error":{"code":429},"finishReason":"OTHER","promptFeedback":{"blockReason":"SAFETY"}}';
    const replies = [
      { when: { hasFunctionResponse: true }, parts: [{ text: "The file is written." }] },
      {
        when: { toolsInclude: "write" },
        parts: [{ functionCall: { name: "write", args: { filePath: "note.json", content } } }],
      },
    ];
    const { home } = await world({ accounts: TWO, scenario: { replies, strictSignatures: true } });
    const { stdout, exitCode } = await home.opencode(["run", ...MODEL, "write it"]);
    expect(stdout).toContain("The file is written.");
    expect(exitCode).toBe(0);
    expect(await Bun.file(`${home.workspace}/note.json`).text()).toContain(content);
  });

  test("the model may ask for the quota itself", async () => {
    const replies = [
      { when: { hasFunctionResponse: true }, parts: [{ text: "You have two accounts." }] },
      { when: { toolsInclude: "gemini_quota" }, parts: [{ functionCall: { name: "gemini_quota", args: {} } }] },
    ];
    const { home } = await world({ accounts: TWO, scenario: { replies } });
    const { stdout, stderr } = await home.opencode(["run", ...MODEL, "how much is left?"]);
    expect(stderr).toContain("gemini_quota");
    expect(stdout).toContain("You have two accounts.");
  });

  test("a subagent has a conversation of its own, on another account than its parent", async () => {
    const args = { description: "look", prompt: "child: look around", subagent_type: "general" };
    const replies = [
      {
        when: { lastUserTextIncludes: "child: look around", toolsInclude: "read" },
        parts: [{ text: "Child report." }],
      },
      { when: { hasFunctionResponse: true }, parts: [{ text: "The child has reported." }] },
      { when: { toolsInclude: "task" }, parts: [{ functionCall: { name: "task", args } }] },
    ];
    const { home, google } = await world({ accounts: TWO, scenario: { replies } });
    const { stdout } = await home.opencode(["run", ...MODEL, "send a child"]);
    expect(stdout).toContain("The child has reported.");
    const main = google.log().filter(({ path, model }) => path === "generate" && model === "gemini-2.5-flash");
    const [parent, child, back] = main.map(({ account }) => account);
    expect(main.length).toBe(3);
    expect(child).not.toBe(parent);
    expect(back).toBe(parent);
  });

  test("a conversation with signatures goes on with another account when its own is out", async () => {
    const replies = [
      { when: { hasFunctionResponse: true }, parts: [{ text: "Listed." }] },
      { when: { toolsInclude: "glob" }, parts: [{ functionCall: { name: "glob", args: { pattern: "*" } } }] },
    ];
    const faults = [{ on: { model: "gemini-3-flash-preview" }, calls: [2], answer: "gl_429_free_rpm" }];
    const { home, google } = await world({ accounts: TWO, scenario: { replies, faults, strictSignatures: true } });
    const { stdout } = await home.opencode(["run", "-m", "google/gemini-3-flash-preview", "list"]);
    expect(stdout).toContain("Listed.");
    const main = google.log().filter(({ path, model }) => path === "generate" && model === "gemini-3-flash-preview");
    expect(main.map(({ answer }) => answer)).toEqual(["ok", "gl_429_free_rpm", "ok"]);
    expect(main[2]?.account).not.toBe(main[0]?.account);
    expect(main[2]?.signatures).toMatchObject({ foreign: 0, placeholder: 1 });
  });
});
