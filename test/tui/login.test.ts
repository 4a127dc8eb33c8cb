import { describe, expect, test } from "bun:test";
import type { Way } from "../../src/enrol/way";
import { login } from "../../src/tui/login";
import { fakePending, fakeWay } from "../support/fake-way";
import { fakeApi, settle } from "./fake-api";
import { tuiStores } from "./parts";

const KEY = "AIza-example-0123456789abcd";
const ADDED = { ok: true, sentence: "Added key 1." };
const OTHER: Way = fakeWay({ id: "adc", title: "Application default credentials", questions: () => [] }).way;

/** `/login` with the menu on the screen. */
async function begun(
  fake = fakeWay(),
  given: Parameters<typeof tuiStores>[0] = {},
  sessions: Readonly<Record<string, { type: string }>> = {},
) {
  const host = fakeApi({ status: () => sessions });
  const stores = tuiStores({ ways: [fake.way, OTHER], ...given });
  const done = login(host.api, stores.open);
  await settle();
  const step = async (action: () => void) => {
    action();
    await settle();
  };
  return { ...fake, host, stores, done, step };
}

/** The same, with the way chosen and its questions next. */
async function chosen(...all: Parameters<typeof begun>) {
  const made = await begun(...all);
  await made.step(() => made.host.select(made.way.id));
  return made;
}

const title = (host: ReturnType<typeof fakeApi>) => host.shown()?.props.title ?? "";

describe("/login", () => {
  test("shows the ways in, the first one Enter away", async () => {
    const { host } = await begun();
    expect(host.shown()).toMatchObject({
      kind: "select",
      props: {
        options: [
          { value: "api-key", title: "Gemini API key", description: "from AI Studio" },
          { value: "adc", title: "Application default credentials" },
        ],
      },
    });
  });

  test("asks, adds, closes, says so and makes the models appear", async () => {
    const { host, stores, step, run, done } = await chosen();
    expect(title(host)).toContain("API key");
    await step(() => host.type(` ${KEY}\n`));
    expect(run().answers).toEqual({ key: KEY });
    run().end(ADDED);
    await done;
    expect(host.shown()).toBeUndefined();
    expect(host.seen.toasts).toEqual(["success: Added key 1."]);
    expect(host.seen).toMatchObject({ disposed: 1, auth: [{ providerID: "google" }] });
    expect(stores.count).toEqual({ opened: 1, closed: 1 });
  });

  test("is busy while the way runs, says how far it is, and closing then gives up", async () => {
    const { host, stores, step, run, done } = await chosen();
    await step(() => host.type(KEY));
    expect(host.shown()).toMatchObject({ kind: "prompt", props: { busy: true } });
    run().conversation.progress("Looking for the project…");
    expect(host.shown()).toMatchObject({ props: { busy: true, busyText: "Looking for the project…" } });
    expect(run().conversation.signal.aborted).toBe(false);
    host.close();
    expect(run().conversation.signal.aborted).toBe(true);
    run().conversation.progress("Not for anybody any more");
    expect(host.shown()).toBeUndefined();
    await done;
    expect(host.seen.toasts).toEqual([]);
    expect(stores.count.closed).toBe(1);
  });

  test("says so where something was stored before the person left", async () => {
    const { host, step, run, done } = await chosen();
    await step(() => host.type(KEY));
    run().end(ADDED);
    host.close();
    await done;
    expect(host.seen.toasts).toEqual(["success: Added key 1."]);
  });

  test("says in the dialog why there is no account, then asks again", async () => {
    const { host, step, run, done } = await chosen();
    await step(() => host.type(KEY));
    await step(() => run().end({ ok: false, sentence: "API key not valid." }));
    expect(host.shown()).toMatchObject({ kind: "alert", props: { message: "API key not valid." } });
    await step(() => host.ok());
    expect(host.shown()?.kind).toBe("prompt");
    await step(() => host.type(KEY));
    run(1).end(ADDED);
    await done;
    expect(host.seen.toasts).toEqual(["success: Added key 1."]);
  });

  test("a way that asks nothing goes back to the menu after a fault", async () => {
    const { host, step, run } = await chosen(fakeWay({ questions: () => [] }));
    await step(() => run().end({ ok: false, sentence: "There are none on this machine." }));
    await step(() => host.ok());
    expect(host.shown()?.kind).toBe("select");
  });

  test.each(["select", "prompt", "alert"])("ends quietly when the person leaves at the %s", async (leaveAt) => {
    const { host, stores, step, run, done, runs } = await begun();
    if (leaveAt !== "select") await step(() => host.select("api-key"));
    if (leaveAt === "alert") {
      await step(() => host.type(KEY));
      await step(() => run().end({ ok: false, sentence: "No." }));
    }
    expect(host.shown()?.kind).toBe(leaveAt as never);
    host.close();
    await done;
    expect(host.seen).toMatchObject({ toasts: [], disposed: 0, auth: [] });
    expect([stores.count.closed, runs.length]).toEqual([1, leaveAt === "alert" ? 1 : 0]);
  });

  test("says how a conversation that counts down goes on: opencode would wait to the end", async () => {
    const { host, step, run, done } = await chosen(fakeWay(), {}, { ses_1: { type: "retry" } });
    await step(() => host.type(KEY));
    run().end(ADDED);
    await done;
    expect(host.seen.toasts.join()).toContain("Esc twice");
  });

  test("warns of an account that cannot answer yet", async () => {
    const { host, step, run, done } = await chosen();
    await step(() => host.type(KEY));
    run().end({ ok: true, isRefused: true, sentence: "Added seat. Verify it first." });
    await done;
    expect(host.seen.toasts).toEqual(["warning: Added seat. Verify it first."]);
  });

  test.each(["yes", "no"])("what Google could not be asked about is kept only after a yes (%s)", async (said) => {
    const { host, step, run, runs, done } = await chosen();
    await step(() => host.type(KEY));
    await step(() => run().end({ ok: false, isUnchecked: true, sentence: "Google could not be reached." }));
    expect(host.shown()).toMatchObject({ kind: "select", props: { title: expect.stringContaining("reached") } });
    await step(() => host.select(said));
    if (said === "yes") {
      expect(run(1).answers).toEqual({ key: KEY, force: "yes" });
      run(1).end(ADDED);
    }
    await done;
    expect([runs.length, host.seen.toasts.length]).toEqual(said === "yes" ? [2, 1] : [1, 0]);
    expect(host.shown()).toBeUndefined();
  });

  test("leaves opencode's own google key, or the login of another plugin there, alone", async () => {
    const { host, step, run, done } = await chosen(fakeWay(), { hostLogin: { key: "AIza-example-host" } });
    await step(() => host.type(KEY));
    run().end(ADDED);
    await done;
    expect(host.seen).toMatchObject({ auth: [], disposed: 1 });
  });

  test("a second /login takes the place of the first, which gives up", async () => {
    const { host, step, run, done, way } = await chosen();
    await step(() => host.type(KEY));
    const other = tuiStores({ ways: [way] });
    const second = login(host.api, other.open);
    await done;
    expect(run().conversation.signal.aborted).toBe(true);
    await step(() => host.select("api-key"));
    await step(() => host.type(KEY));
    run(1).end(ADDED);
    await second;
    expect(host.seen.toasts).toEqual(["success: Added key 1."]);
  });
});

describe("the questions of a way", () => {
  test("come one after the other, each of its own kind; a name is not asked for", async () => {
    const { host, step, run } = await chosen(
      fakeWay({
        questions: () => [
          { key: "terms", message: "Is that so?", kind: "yes" },
          {
            key: "client",
            message: "Which client?",
            kind: "choice",
            choices: [
              { value: "a", title: "work" },
              { value: "b", title: "home" },
            ],
          },
          { key: "project", message: "Project", kind: "text", isOptional: true },
          { key: "label", message: "A name", kind: "text", isOptional: true },
        ],
      }),
    );
    expect(host.shown()).toMatchObject({
      props: { title: expect.stringContaining("Is that so?"), options: [{ value: "no" }, { value: "yes" }] },
    });
    await step(() => host.select("yes"));
    expect(host.shown()).toMatchObject({ kind: "select", props: { options: [{ title: "work" }, { title: "home" }] } });
    await step(() => host.select("b"));
    expect(title(host)).toContain("Project");
    await step(() => host.type(""));
    expect(run().answers).toEqual({ terms: "yes", client: "b" });
  });

  test("what begins with a paste is one step", async () => {
    const { host, step, runs } = await chosen(
      fakeWay({
        questions: () => [
          { key: "keys", message: "API key", kind: "secret" },
          { key: "project", message: "Its project", kind: "text", isOptional: true },
        ],
      }),
    );
    await step(() => host.type(KEY));
    expect(runs.map(({ answers }) => answers)).toEqual([{ keys: KEY }]);
  });

  test("a no is the way's to answer: terms that are not agreed to end it with its sentence", async () => {
    const { host, step, run } = await chosen(
      fakeWay({
        questions: () => [
          { key: "terms", message: "Is that so?", kind: "yes" },
          { key: "project", message: "Project", kind: "text" },
        ],
      }),
    );
    await step(() => host.select("no"));
    expect(run().answers).toEqual({ terms: "no" });
    await step(() => run().end({ ok: false, sentence: "Not without a yes.", isWrong: true }));
    expect(host.shown()).toMatchObject({ kind: "alert", props: { message: "Not without a yes." } });
    await step(() => host.ok());
    expect(title(host)).toBe("Add a Gemini account");
  });

  test("are asked again with what is wrong with the answer, also with an empty one", async () => {
    const fault = (answer: string) => (answer.endsWith(".json") ? undefined : "That is no JSON file.");
    const { host, step, run } = await chosen(
      fakeWay({ questions: () => [{ key: "file", message: "Key file", kind: "file", fault }] }),
    );
    await step(() => host.type("x.txt"));
    expect(host.shown()).toMatchObject({ props: { placeholder: "That is no JSON file." } });
    await step(() => host.type("x.json"));
    expect(run().answers).toEqual({ file: "x.json" });
    const bare = await chosen();
    await bare.step(() => bare.host.type("  "));
    expect([bare.host.shown()?.props, bare.runs.length]).toMatchObject([{ placeholder: "Nothing was entered." }, 0]);
  });

  test("that come up on the way are asked in between; leaving there gives up", async () => {
    const { host, step, run, done } = await chosen(fakeWay({ questions: () => [] }));
    const asked = run().conversation.ask({ key: "project", message: "Which project?", kind: "text" });
    expect(title(host)).toContain("Which project?");
    await step(() => host.type("side-1"));
    expect(await asked).toBe("side-1");
    expect([host.shown()?.props, run().conversation.signal.aborted]).toMatchObject([{ busy: true }, false]);
    const again = run().conversation.ask({ key: "location", message: "Where?", kind: "text" });
    host.close();
    expect(await again).toBeUndefined();
    expect(run().conversation.signal.aborted).toBe(true);
    await done;
  });
});

describe("a way through the browser", () => {
  const browsing = async (isOpened = true) => {
    const made = await chosen(fakeWay({ questions: () => [] }));
    const { pending, pastes, FAULT } = fakePending({ isOpened });
    made.run().conversation.open(pending);
    return { ...made, pending, pastes, FAULT };
  };

  test.each([true, false])("shows the address and waits (a browser was opened: %p)", async (isOpened) => {
    const { host, pending, run, done } = await browsing(isOpened);
    expect(title(host)).toContain(pending.url);
    expect(title(host).includes("has opened")).toBe(isOpened);
    expect(host.seen.copied).toEqual(isOpened ? [] : [pending.url]);
    expect(host.shown()).toMatchObject({ kind: "prompt", props: { placeholder: expect.stringContaining("Waiting") } });
    run().end(ADDED);
    await done;
    expect(host.shown()).toBeUndefined();
    expect(host.seen.toasts).toEqual(["success: Added key 1."]);
  });

  test("takes the pasted address", async () => {
    const { host, step, pastes, run, done } = await browsing(false);
    await step(() => host.type("code-1"));
    expect(pastes).toEqual(["code-1"]);
    expect(host.shown()).toMatchObject({ props: { busy: true } });
    run().end(ADDED);
    await done;
    expect(host.seen.toasts).toEqual(["success: Added key 1."]);
  });

  test("says what is wrong with a paste and waits on", async () => {
    const { host, step, run, FAULT, pending } = await browsing();
    await step(() => host.type("nonsense"));
    expect(host.shown()).toMatchObject({ props: { placeholder: FAULT, title: expect.stringContaining(pending.url) } });
    expect(run().conversation.signal.aborted).toBe(false);
  });

  test("Esc gives the login up", async () => {
    const { host, run, done } = await browsing();
    host.close();
    expect(run().conversation.signal.aborted).toBe(true);
    await done;
    expect(host.seen.toasts).toEqual([]);
  });
});
