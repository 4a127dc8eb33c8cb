import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { readSecret } from "../../src/cli/secret";

function terminal() {
  const events = new EventEmitter();
  const seen = { raw: [] as boolean[], paused: 0, written: "" };
  const input = Object.assign(events, {
    setRawMode: (raw: boolean) => seen.raw.push(raw),
    resume: () => undefined,
    pause: () => seen.paused++,
  });
  const type = (text: string) => events.emit("data", new TextEncoder().encode(text));
  const output = {
    write: (text: string) => {
      seen.written += text;
    },
  };
  return { seen, type, answer: readSecret("key: ", { input, output }), listeners: () => events.listenerCount("data") };
}

test("what is typed is returned and never shown, and the terminal is given back", async () => {
  const { seen, type, answer, listeners } = terminal();
  type("sec");
  type("rxx\u007f\u007fet\r");
  expect(await answer).toBe("secret");
  expect(seen).toEqual({ raw: [true, false], paused: 1, written: "key: \n" });
  expect(listeners()).toBe(0);
});

test("a bracketed paste is the text alone", async () => {
  const { type, answer } = terminal();
  type("\u001b[200~pasted-key\u001b[201~");
  type("\n");
  expect(await answer).toBe("pasted-key");
});

test.each(["\u0003", "\u0004", "\u001b"])("%j gives up", async (key) => {
  const { seen, type, answer } = terminal();
  type(`half${key}`);
  expect(await answer).toBeUndefined();
  expect(seen.raw).toEqual([true, false]);
});
