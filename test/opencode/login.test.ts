import { describe, expect, test } from "bun:test";
// Loaded here, so that a way begins after one turn however slow the disk is.
import "../../src/opencode/login-way";
import type { AuthOAuthResult, PluginInput } from "@opencode-ai/plugin";
import { awaitReturn } from "../../src/enrol/login-return";
import type { WayId, WayResult } from "../../src/enrol/way";
import type { WaysParts } from "../../src/enrol/ways/parts";
import { waysIn } from "../../src/enrol/ways/ways-in";
import { loginMethods } from "../../src/opencode/login";
import { WAY_ENTRIES } from "../../src/opencode/login-table";
import type { FaceParts } from "../../src/opencode/parts";
import { addKeyParts } from "../enrol/parts";
import { fakeClock } from "../support/fake-clock";
import { fakePending, fakeWay } from "../support/fake-way";
import { aFace } from "./face";

const MARKER = { type: "success", refresh: "gemini-pool", access: "gemini-pool", expires: 0 };
const FAILED = { type: "failed" };
const ADDED: WayResult = { ok: true, sentence: "Added key 1." };
const REFUSED: WayResult = { ok: false, sentence: "Google refused the key." };

/** The menu over one way in, and the toasts it shows. */
function menu(fake = fakeWay(), more: Partial<FaceParts> = {}) {
  const toasts: string[] = [];
  const client = {
    tui: {
      showToast: async ({ body }: { body: { variant: string; message: string } }) =>
        void toasts.push(`${body.variant}: ${body.message}`),
    },
  } as unknown as PluginInput["client"];
  const { parts } = aFace({ ways: async () => [fake.way], ...more });
  const methods = loginMethods(parts, client);
  const place = (id: WayId) => WAY_ENTRIES.findIndex((entry) => entry.id === id);
  const authorize = (inputs: Record<string, string> = {}) =>
    methods[place(fake.way.id)]?.authorize?.(inputs) as Promise<AuthOAuthResult>;
  return { ...fake, methods, authorize, toasts };
}

/** The paste of a login that the browser has come back to: its code is being exchanged, or was, and a seat is set up. */
async function answered(phase: "taken" | "over"): Promise<(text: string) => string | undefined> {
  const end = { kind: "failed", sentence: "" } as const;
  const finish = phase === "over" ? async () => end : () => new Promise<never>(() => {});
  const waiting = awaitReturn({ state: "s", finish, clock: fakeClock(), limitMs: 1_000, signal: undefined });
  waiting.onCallback({ query: new URLSearchParams("state=s&code=4/0Aexample-code"), answer: () => {} });
  if (phase === "over") await waiting.done;
  return waiting.paste;
}

const began = () => new Promise<void>((resolve) => setImmediate(resolve));
const callback = (login: AuthOAuthResult, code = "") => (login.callback as (code: string) => Promise<unknown>)(code);

describe("the menu of opencode", () => {
  test("has every way in, the API key first, and loads none of them", () => {
    let loaded = 0;
    const { methods } = menu(fakeWay(), {
      ways: async () => [{ ...fakeWay().way, id: "adc" as const }].slice(loaded++),
    });
    expect(methods.map(({ label }) => label)).toEqual([
      "Gemini API key",
      "Vertex AI: service account file",
      "Vertex AI: application default credentials",
      "Gemini API: Google login with your own OAuth client",
      "Vertex AI: Google login with your own OAuth client",
      "Vertex AI: API key of express mode",
      "Code Assist seat, with your own OAuth client",
      "Code Assist seat, with the OAuth client of the Gemini CLI",
    ]);
    expect(loaded).toBe(0);
  });

  test("asks for the key first and refuses an empty one at once", () => {
    const [prompt] = menu().methods[0]?.prompts ?? [];
    expect(prompt).toMatchObject({ type: "text", key: "keys" });
    expect(prompt && "validate" in prompt && prompt.validate?.("  ")).toBeString();
    expect(prompt && "validate" in prompt && prompt.validate?.("AIza")).toBeUndefined();
  });

  test("a name that looks like a key is refused at once, since names are shown", () => {
    const labels = menu().methods.flatMap(({ prompts = [] }) => prompts.filter(({ key }) => key === "label"));
    expect(labels.length).toBeGreaterThan(0);
    for (const label of labels) {
      const fault = "validate" in label ? label.validate?.(`AIza${"x".repeat(35)}`) : undefined;
      expect(fault).toContain("looks like a key");
    }
  });

  test("asks for a yes to Google's terms before the client of the Gemini CLI is used, and a no comes first", () => {
    const [prompt] = menu().methods.at(-1)?.prompts ?? [];
    expect(prompt?.message).toContain("Google's terms do not allow");
    expect(prompt && "options" in prompt && prompt.options.map(({ value }) => value)).toEqual(["no", "yes"]);
  });

  test("gives the way what was answered, and nothing for what was left empty", async () => {
    const { authorize, run } = menu();
    void authorize({ key: "AIza-example-one", label: " " });
    await began();
    expect(run().answers).toEqual({ key: "AIza-example-one" });
  });

  test("asks under the names that the ways know, and for all that they need", () => {
    const { store } = addKeyParts();
    for (const way of waysIn({ store } as WaysParts)) {
      const keys = (WAY_ENTRIES.find(({ id }) => id === way.id)?.prompts ?? []).map(({ key }) => key);
      const questions = way.questions();
      const known = [...questions.map(({ key }) => key), "label", "project", "location"];
      expect({ id: way.id, keys: keys.filter((key) => !known.includes(key)) }).toEqual({ id: way.id, keys: [] });
      for (const { key, isOptional } of questions) if (!isOptional) expect([way.id, ...keys]).toContain(key);
    }
  });

  test("says so where a way is not there", async () => {
    const { authorize } = menu(fakeWay(), { ways: async () => [] });
    expect(authorize()).rejects.toThrow("Gemini API key");
  });
});

describe("a way without a browser", () => {
  const finished = async (result: WayResult, more: Partial<FaceParts> = {}) => {
    const made = menu(fakeWay(), more);
    const login = made.authorize({ key: "x" });
    await began();
    made.run().end(result);
    return { ...made, login: await login };
  };

  test("leaves a marker in auth.json, never the key, and says what was added", async () => {
    const { login, toasts } = await finished(ADDED);
    expect(login).toMatchObject({ url: "", instructions: "Added key 1.", method: "auto" });
    expect(await callback(login)).toEqual(MARKER);
    expect(toasts).toEqual(["success: Added key 1."]);
  });

  test("gives back the key, or the login of another plugin, that opencode already had", async () => {
    const other = { refresh: "1//example-other|project", access: "ya29.example-other", expires: 1_795_000_000_000 };
    for (const stored of [{ key: "AIza-example-two" }, other]) {
      const { login } = await finished(ADDED, { storedHostLogin: () => stored });
      expect(await callback(login)).toEqual({ type: "success", ...stored });
    }
  });

  test("fails with the reason: on a screen as a toast, in the terminal once, with the instructions", async () => {
    const screen = await finished(REFUSED);
    expect(screen.login.instructions).toBe(REFUSED.sentence);
    expect(await callback(screen.login)).toEqual(FAILED);
    expect(screen.toasts).toEqual([`error: ${REFUSED.sentence}`]);
    const terminal = await finished(REFUSED, { isAuthLogin: true });
    expect(terminal.login.instructions).toBe(REFUSED.sentence);
    expect(await callback(terminal.login)).toEqual(FAILED);
    expect(terminal.toasts).toEqual([]);
  });

  test("a question that comes up on the way is not asked: opencode has no place for it", async () => {
    const { authorize, run } = menu();
    void authorize();
    await began();
    expect(await run().conversation.ask({ key: "project", message: "Project", kind: "text" })).toBeUndefined();
  });
});

describe("a way through the browser", () => {
  const browsing = async (isOpened: boolean, more: Partial<FaceParts> = {}) => {
    const made = menu(fakeWay({ id: "gemini-login" }), more);
    const login = made.authorize();
    await began();
    const { pending, pastes, FAULT } = fakePending({ isOpened });
    made.run().conversation.open(pending);
    return { ...made, login: await login, pending, pastes, FAULT };
  };

  test("waits for the browser where one was opened", async () => {
    const { login, run, pending } = await browsing(true);
    expect(login).toMatchObject({ url: pending.url, method: "auto" });
    let isOver = false;
    const stored = callback(login).finally(() => {
      isOver = true;
    });
    await began();
    expect(isOver).toBe(false);
    run().end(ADDED);
    expect(await stored).toEqual(MARKER);
  });

  test("in the terminal a failure is thrown, since opencode shows nothing else of it", async () => {
    const { login, run } = await browsing(true, { isAuthLogin: true });
    const stored = callback(login);
    run().end({ ok: false, sentence: "Google was told no." });
    expect(stored).rejects.toThrow("Google was told no.");
  });

  test("in the terminal that also goes for an account that cannot answer yet", async () => {
    const { login, run } = await browsing(true, { isAuthLogin: true });
    const stored = callback(login);
    run().end({ ...ADDED, sentence: "Added seat. Verify it first.", isRefused: true });
    expect(stored).rejects.toThrow("Added seat. Verify it first.");
  });

  test("asks for the address where no browser could be opened", async () => {
    const { login, run, pastes } = await browsing(false);
    expect(login).toMatchObject({ method: "code", instructions: expect.stringContaining("paste the whole address") });
    const stored = callback(login, "code-1");
    expect(pastes).toEqual(["code-1"]);
    run().end(ADDED);
    expect(await stored).toEqual(MARKER);
  });

  test("the terminal says what to paste behind the address, since it shows no instructions there", async () => {
    const { login, pending } = await browsing(false, { isAuthLogin: true });
    expect(login.url.split("\n")[0]).toBe(pending.url);
    expect(login.url).toContain("paste the whole address");
  });

  test("a wrong paste fails with its sentence, and on a screen the next one may be right", async () => {
    const { login, run, toasts, FAULT } = await browsing(false);
    expect(await callback(login, "nonsense")).toEqual(FAILED);
    expect(toasts).toEqual([`error: ${FAULT}`]);
    const stored = callback(login, "code-1");
    run().end(ADDED);
    expect(await stored).toEqual(MARKER);
    const terminal = await browsing(false, { isAuthLogin: true });
    expect(callback(terminal.login, "nonsense")).rejects.toThrow(FAULT);
  });

  test("takes anything once the browser has come back by itself", async () => {
    const { login, run, pastes } = await browsing(false);
    run().end(ADDED);
    await began();
    expect(await callback(login, "done")).toEqual(MARKER);
    expect(pastes).toEqual([]);
  });

  test.each([true, false])(
    "a paste that comes after the browser's answer is no fault: the end counts (terminal: %j)",
    async (isAuthLogin) => {
      for (const phase of ["taken", "over"] as const) {
        const made = menu(fakeWay({ id: "gemini-login" }), { isAuthLogin });
        const login = made.authorize();
        await began();
        made.run().conversation.open(fakePending({ isOpened: false, paste: await answered(phase) }).pending);
        const stored = callback(await login, "http://127.0.0.1/?code=4/0Aexample-code&state=s");
        made.run().end(ADDED);
        expect(await stored).toEqual(MARKER);
      }
    },
  );

  test("several at once do not know of each other", async () => {
    const { authorize, run } = menu(fakeWay({ id: "gemini-login" }));
    const logins = [authorize(), authorize()];
    await began();
    run(0).conversation.open(fakePending({ url: "https://one.example/" }).pending);
    run(1).conversation.open(fakePending({ url: "https://two.example/" }).pending);
    const [one, two] = await Promise.all(logins);
    expect([one?.url, two?.url]).toEqual(["https://one.example/", "https://two.example/"]);
    run(1).end(ADDED);
    expect(await callback(two as AuthOAuthResult)).toEqual(MARKER);
    run(0).end(REFUSED);
    expect(await callback(one as AuthOAuthResult)).toEqual(FAILED);
  });
});
