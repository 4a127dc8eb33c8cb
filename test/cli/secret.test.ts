import { describe, expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { readAnswer } from "../../src/cli/secret";
import { fakeClock } from "../support/fake-clock";

/** What asks a terminal to mark pastes, and no longer to. */
const [MARK, LEAVE] = ["\u001b[?2004h", "\u001b[?2004l"];

function terminal({ isHidden = true, signal }: { isHidden?: boolean; signal?: AbortSignal } = {}) {
  const events = new EventEmitter();
  const seen = { raw: [] as boolean[], paused: 0, written: "" };
  const input = Object.assign(events, {
    setRawMode: (raw: boolean) => seen.raw.push(raw),
    resume: () => undefined,
    pause: () => seen.paused++,
  });
  const clock = fakeClock();
  /** As long as a person takes between two keys. */
  const pause = () => clock.advance(60);
  const type = (text: string) => events.emit("data", new TextEncoder().encode(text));
  const output = {
    write: (text: string) => {
      seen.written += text;
    },
  };
  return {
    seen,
    type,
    answer: readAnswer("key: ", { input, output }, { isHidden, signal, clock }),
    pause,
    listeners: () => events.listenerCount("data"),
  };
}

test("what is typed is returned and never shown, and the terminal is given back", async () => {
  const { seen, type, answer, listeners, pause } = terminal();
  type("sec");
  type("rxx\u007f\u007fet\r");
  await pause();
  expect(await answer).toBe("secret");
  expect(seen).toEqual({ raw: [true, false], paused: 1, written: `${MARK}key: ${LEAVE}\n` });
  expect(listeners()).toBe(0);
});

test("a bracketed paste is the text alone", async () => {
  const { type, answer, pause } = terminal();
  type("\u001b[200~pasted-key\u001b[201~");
  type("\n");
  await pause();
  expect(await answer).toBe("pasted-key");
});

test.each(["\u0003", "\u0004", "\u001b"])("%j gives up", async (key) => {
  const { seen, type, answer, pause } = terminal();
  type(`half${key}`);
  await pause();
  expect(await answer).toBeUndefined();
  expect(seen.raw).toEqual([true, false]);
});

test("one paste of several lines is one answer, with or without Enter after it", async () => {
  const one = terminal();
  one.type("\u001b[200~AIza-example-1\rAIza-example-2\u001b[201~");
  one.type("\r");
  await one.pause();
  expect(await one.answer).toBe("AIza-example-1\nAIza-example-2");
  const two = terminal();
  two.type("\u001b[200~AIza-example-1\nAIza-example-2\n\u001b[201~");
  expect(await two.answer).toBe("AIza-example-1\nAIza-example-2\n");
  expect(two.seen.written).not.toContain("AIza");
});

test("what is asked in the open is shown, arrows do nothing, erasing takes a whole character", async () => {
  const { seen, type, answer } = terminal({ isHidden: false });
  type("eu\u001b[Aé\u007frope\r");
  expect(await answer).toBe("europe");
  expect(seen.written).toBe(`${MARK}key: eué\b \brope${LEAVE}\n`);
});

test("a signal ends it and gives the terminal back", async () => {
  const waiting = new AbortController();
  const { seen, answer, listeners } = terminal({ signal: waiting.signal });
  waiting.abort();
  expect(await answer).toBeUndefined();
  expect(seen.raw).toEqual([true, false]);
  expect(listeners()).toBe(0);
});

describe("a terminal that does not mark pastes", () => {
  test("the lines of one paste are one answer where it is not shown", async () => {
    const { seen, type, answer, pause } = terminal();
    type("AIza-example-1\rAIza-");
    await pause();
    type("example-2\r");
    type("\r");
    await pause();
    expect(await answer).toBe("AIza-example-1\nAIza-example-2");
    expect(seen.written).not.toContain("AIza");
  });

  test("also where it comes in pieces, the first of them a line", async () => {
    const { type, answer, pause } = terminal();
    type("AIza-example-1\r");
    type("AIza-example-2");
    await pause();
    type("\r");
    await pause();
    expect(await answer).toBe("AIza-example-1\nAIza-example-2");
  });

  test("Enter alone is an empty answer", async () => {
    const { type, answer, pause } = terminal();
    type("\r");
    await pause();
    expect(await answer).toBe("");
  });

  test("a question in the open ends at Enter at once", async () => {
    const { type, answer } = terminal({ isHidden: false });
    type("yes\r");
    expect(await answer).toBe("yes");
  });
});

describe("a sequence that comes in pieces is no Esc", () => {
  const WHOLE = "\u001b[200~pasted-key\u001b[201~";
  test.each([...WHOLE].flatMap((_, at) => (at === 0 ? [] : [at])))("cut at %i", async (at) => {
    const { type, answer, pause } = terminal();
    type(WHOLE.slice(0, at));
    type(WHOLE.slice(at));
    type("\r");
    await pause();
    expect(await answer).toBe("pasted-key");
  });

  test("within a paste no Esc is meant, however long the rest takes", async () => {
    const { type, answer, pause } = terminal();
    type("\u001b[200~pasted-key\u001b");
    await pause();
    type("[201~\r");
    await pause();
    expect(await answer).toBe("pasted-key");
  });

  test("a cut mark waits for its rest, and Ctrl+C still gives up", async () => {
    const { type, answer, pause } = terminal();
    type("\u001b[20");
    await pause();
    type("\u0003");
    expect(await answer).toBeUndefined();
  });
});
