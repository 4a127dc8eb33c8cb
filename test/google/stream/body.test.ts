import { expect, test } from "bun:test";
import { readBody } from "../../../src/google/stream/body";
import { GivenUp, SILENCE_MS, Silence } from "../../../src/google/stream/source";
import { bodyOf } from "../../fixture/streams-cut";
import { fakeClock } from "../../support/fake-clock";

const outcome = (read: Promise<unknown>) => read.then(String, (error) => error);
const hanging = () => new Response(bodyOf([Buffer.from("{")], "hang").body);

test("gives the whole body and leaves no timer", async () => {
  const clock = fakeClock(0);
  const { body } = bodyOf([Buffer.from("a"), Buffer.from("b")]);
  expect(String(await readBody(new Response(body), { clock, signal: undefined }))).toBe("ab");
  expect(String(await readBody(new Response(null), { clock, signal: undefined }))).toBe("");
  expect(clock.pending()).toBe(0);
});

test("a body that does not end is given up in time", async () => {
  const clock = fakeClock(0);
  const waiting = outcome(readBody(hanging(), { clock, signal: undefined }));
  await clock.advance(SILENCE_MS);
  expect(await waiting).toBeInstanceOf(Silence);
});

test("the caller's abort ends it at once, also when it came before", async () => {
  const clock = fakeClock(0);
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = outcome(readBody(hanging(), { clock, signal }));
  controller.abort();
  expect(await waiting).toBeInstanceOf(GivenUp);
  expect(await outcome(readBody(hanging(), { clock, signal }))).toBeInstanceOf(GivenUp);
  expect(clock.pending()).toBe(0);
});

test("what the network says comes through", async () => {
  const { body } = bodyOf([], new Error("ECONNRESET"));
  const read = readBody(new Response(body), { clock: fakeClock(0), signal: undefined });
  expect(await outcome(read)).toMatchObject({ message: "ECONNRESET" });
});
