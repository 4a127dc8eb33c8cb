import { expect, test } from "bun:test";
import { send } from "../../src/pool/send";
import type { Backend } from "../../src/ports/upstream";
import { anEntry } from "../support/builders";
import { fakeClock } from "../support/fake-clock";

const OUTCOME = { kind: "limited", scope: "quota", reason: "model-unavailable", detailed: false } as const;

/** A backend that finds another form of a call that often, before it is refused for good. */
function sending(formCount: number) {
  const urls: string[] = [];
  const clock = fakeClock();
  const backend: Backend = {
    name: "vertex",
    encode: () => ({ url: `https://google.example/${urls.length}`, method: "POST", headers: {}, body: "{}" }),
    receive: async (_response, _traits, _signal, sent) => {
      const outcome = { ...OUTCOME, status: 404, sentence: sent?.url ?? "not told what was sent" };
      return urls.length <= formCount ? { kind: "resend", outcome } : { kind: "failed", outcome };
    },
    failed: () => ({ kind: "aborted" }),
  };
  const sent = send({
    fetch: async (url) => {
      urls.push(url);
      return new Response("{}", { status: 404 });
    },
    clock,
    backend,
    request: {
      path: "/models/m:generateContent",
      method: "POST",
      headers: new Headers(),
      body: "{}",
      signal: undefined,
    },
    call: { model: "m", method: "generateContent", streaming: false },
    entry: anEntry(),
    access: { kind: "api-key", key: "AIza-example" },
    options: { signatures: { kind: "keep" } },
  });
  return { sent, urls, clock };
}

test.each([
  [0, 1],
  [1, 2],
  [2, 3],
  [9, 3],
])(
  "a backend that knows %d other forms of a call sends %d at most, and leaves no timer",
  async (formCount, callCount) => {
    const { sent, urls, clock } = sending(formCount);
    const last = `https://google.example/${callCount - 1}`;
    expect(await sent).toMatchObject({ kind: "failed", outcome: { sentence: last } });
    expect(urls).toHaveLength(callCount);
    expect(clock.pending()).toBe(0);
  },
);
