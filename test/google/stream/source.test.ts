import { expect, test } from "bun:test";
import { GivenUp, SILENCE_MS, Silence, Source } from "../../../src/google/stream/source";
import { bodyOf } from "../../fixture/streams-cut";
import { fakeClock } from "../../support/fake-clock";

const chunk = (text: string) => new TextEncoder().encode(text);
const outcome = (read: Promise<unknown>) => read.then(String, (error) => error);

test("gives chunk after chunk, then nothing, and leaves no timer", async () => {
  const clock = fakeClock(0);
  const source = new Source({ body: bodyOf([chunk("a"), chunk("b")]).body, clock, signal: undefined });
  expect(String(await source.read())).toBe("a");
  expect(clock.pending()).toBe(1);
  expect(String(await source.read())).toBe("b");
  expect(await source.read()).toBeUndefined();
  expect(await source.read()).toBeUndefined();
  expect(clock.pending()).toBe(0);
});

test("one timer serves all chunks, and silence counts from the last time a chunk was waited for", async () => {
  const clock = fakeClock(0);
  const { body, seen } = bodyOf([chunk("a"), chunk("b")], "hang");
  const source = new Source({ body, clock, signal: undefined });
  await source.read();
  await clock.advance(SILENCE_MS - 1);
  await source.read();
  const waiting = outcome(source.read());
  await clock.advance(SILENCE_MS - 1);
  expect(seen.cancelled).toBe(false);
  await clock.advance(1);
  expect(await waiting).toBeInstanceOf(Silence);
  expect(seen.cancelled).toBe(true);
});

test("an abort ends a pending read, tells its listener, and lets go of the signal", async () => {
  const clock = fakeClock(0);
  const controller = new AbortController();
  const source = new Source({ body: bodyOf([], "hang").body, clock, signal: controller.signal });
  let told = 0;
  source.onGivenUp = () => told++;
  const waiting = outcome(source.read());
  controller.abort();
  expect(await waiting).toBeInstanceOf(GivenUp);
  expect(await outcome(source.read())).toBeInstanceOf(GivenUp);
  expect([told, clock.pending()]).toEqual([1, 0]);
});

test("what the network says comes through, unless the caller gave up", async () => {
  const controller = new AbortController();
  const body = () => bodyOf([], new Error("ECONNRESET")).body;
  const source = new Source({ body: body(), clock: fakeClock(0), signal: controller.signal });
  expect(await outcome(source.read())).toMatchObject({ message: "ECONNRESET" });
  controller.abort();
  const late = new Source({ body: body(), clock: fakeClock(0), signal: controller.signal });
  expect(await outcome(late.read())).toBeInstanceOf(GivenUp);
});

test("without a body there is nothing to read", async () => {
  expect(await new Source({ body: null, clock: fakeClock(0), signal: undefined }).read()).toBeUndefined();
});

test("chunks that others may hold are handed out as copies", async () => {
  const theirs = chunk("abc");
  const read = (copies: boolean) =>
    new Source({ body: bodyOf([theirs]).body, clock: fakeClock(0), signal: undefined, copies }).read();
  (await read(true))?.fill(0);
  expect(theirs).toEqual(chunk("abc"));
  expect((await read(false))?.buffer).toBe(theirs.buffer);
});
