import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CallTraits } from "../../../src/core/call";
import { createReceiver } from "../../../src/google/backends/receive";
import { passed, unwrapped } from "../../../src/google/stream/framing";
import * as f from "../../fixture/streams";
import { bodyOf, cutAt } from "../../fixture/streams-cut";
import { fakeClock } from "../../support/fake-clock";

const STREAM: CallTraits = { model: "gemini-2.5-pro", method: "streamGenerateContent", streaming: true };
const RETRIED = /network[-_\s]error/i;

function world(framing = passed) {
  const clock = fakeClock(0);
  const backend = framing === passed ? "gemini-api" : "code-assist";
  return { clock, receive: createReceiver({ backend, framing, clock }) };
}

const headers = (type = "text/event-stream") => ({ "content-type": type, "x-goog-quota": "secret-ish", server: "gws" });

const answerOf = (body: ReadableStream<Uint8Array> | string, type?: string, status = 200) =>
  new Response(body, { status, headers: headers(type) });

/** Lets everything that is ready run. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const chunksOf = (...texts: string[]) => texts.map((text) => Buffer.from(text));

/** What the host gets of an answer: the text up to the end or the error. */
async function readAll(response: Response) {
  let text = "";
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      text += Buffer.from(chunk).toString();
    return { text, error: undefined };
  } catch (error) {
    return { text, error: error as Error };
  }
}

async function answered(body: ReadableStream<Uint8Array>, framing = passed, signal?: AbortSignal) {
  const { receive, clock } = world(framing);
  const received = await receive(answerOf(body), STREAM, signal);
  if (received.kind !== "answered") throw new Error(`failed: ${JSON.stringify(received.outcome)}`);
  return { ...received, clock };
}

describe("a stream that answers", () => {
  test("passes with its kind of content and no other header, and says what it cost", async () => {
    const text = f.geminiStream(f.says("a"), f.ends("STOP"));
    const { response, ended } = await answered(bodyOf(chunksOf(text)).body);
    expect([response.status, [...response.headers]]).toEqual([200, [["content-type", "text/event-stream"]]]);
    expect(await readAll(response)).toEqual({ text, error: undefined });
    expect(await ended).toEqual({
      kind: "success",
      usage: { inputTokens: 12, outputTokens: 5, cachedTokens: 3, thoughtTokens: 7 },
    });
  });

  test("any cut of the same bytes gives the same answer and the same end", async () => {
    for (const [framing, text] of [
      [passed, f.geminiStream(f.says("Zürich 🏔"), f.trickyCall, f.ends("OTHER"))],
      [unwrapped, f.codeAssistStream(f.says("Zürich 🏔"), f.trickyCall, f.ends("OTHER"))],
    ] as const) {
      const bytes = Buffer.from(text);
      const whole = await answered(bodyOf([bytes]).body, framing);
      const wanted = [await readAll(whole.response), await whole.ended];
      const cuts = fc.array(fc.nat(bytes.length), { maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(cuts, async (places) => {
          const { response, ended } = await answered(bodyOf(cutAt(bytes, places)).body, framing);
          expect([await readAll(response), await ended]).toEqual(wanted);
        }),
        { seed: 5, numRuns: 60 },
      );
    }
  });

  test("takes one chunk for each that is asked for and none before", async () => {
    const chunks = chunksOf(...["a", "b", "c", "d"].map((text) => f.geminiStream(f.says(text))));
    const { body, seen } = bodyOf(chunks, "hang");
    const { response } = await answered(body);
    await turn();
    expect(seen.pulls).toBe(1);
    const reader = response.body?.getReader();
    await reader?.read();
    expect(seen.pulls).toBe(1);
    expect((await reader?.read())?.value?.byteLength).toBe(chunks[1]?.byteLength);
    await turn();
    expect(seen.pulls).toBe(2);
  });

  test("a cut, an error or silence after the finish spoil nothing", async () => {
    const done = f.geminiStream(f.says("a"), f.ends("STOP"));
    const cut = await answered(bodyOf(chunksOf(done), new Error("ECONNRESET")).body);
    expect(await readAll(cut.response)).toEqual({ text: done, error: undefined });
    expect((await cut.ended).kind).toBe("success");
    const late = await answered(bodyOf(chunksOf(done, f.geminiStream(f.refusal()))).body);
    expect(await readAll(late.response)).toEqual({ text: done, error: undefined });
    expect((await late.ended).kind).toBe("success");
  });
});

describe("a stream that breaks", () => {
  const half = f.geminiStream(f.says("Hel"));

  test.each([
    ["ends without a finish", bodyOf(chunksOf(half))],
    ["is cut", bodyOf(chunksOf(half), new Error("ECONNRESET"))],
  ])("%s: the host retries", async (_, { body }) => {
    const { response, ended } = await answered(body);
    const { text, error } = await readAll(response);
    expect(text).toBe(half);
    expect(error?.message).toMatch(RETRIED);
    expect(await ended).toMatchObject({ kind: "transient", cause: "stream", status: 200 });
  });

  test("an error in the middle: the host retries, the pool learns the real reason, Google is let go", async () => {
    const { body, seen } = bodyOf(chunksOf(half, f.geminiStream(f.refusal(503))), "hang");
    const { response, ended } = await answered(body);
    const { text, error } = await readAll(response);
    expect(text).toBe(half);
    expect(error?.message).toMatch(RETRIED);
    expect(await ended).toMatchObject({ kind: "capacity", status: 503 });
    expect(seen.cancelled).toBe(true);
  });

  test("silence for five minutes ends it as a timeout that nobody repeats", async () => {
    const { body, seen } = bodyOf(chunksOf(half), "hang");
    const { response, ended, clock } = await answered(body);
    const read = readAll(response);
    await turn();
    await clock.advance(299_999);
    expect(seen.cancelled).toBe(false);
    await clock.advance(1);
    const { error } = await read;
    expect(error?.message).not.toMatch(RETRIED);
    expect(error?.message).not.toMatch(/timeout|terminated|try again|50[0234]|429/i);
    expect(await ended).toMatchObject({ kind: "timeout" });
    expect(seen.cancelled).toBe(true);
    expect(clock.pending()).toBe(0);
  });

  test("a host that reads slowly is no silence", async () => {
    const { body } = bodyOf(chunksOf(half, f.geminiStream(f.ends("STOP"))));
    const { response, ended, clock } = await answered(body);
    const reader = response.body?.getReader();
    await reader?.read();
    await clock.advance(3_600_000);
    expect((await reader?.read())?.done).toBe(false);
    await clock.advance(3_600_000);
    expect((await reader?.read())?.done).toBe(true);
    expect((await ended).kind).toBe("success");
  });
});

describe("a caller that gives up", () => {
  const text = f.geminiStream(f.says("a"));

  test("by cancelling before the finish: aborted, and Google is let go", async () => {
    const { body, seen } = bodyOf(chunksOf(text), "hang");
    const { response, ended, clock } = await answered(body);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(await ended).toEqual({ kind: "aborted", hasBegun: true });
    expect(seen.cancelled).toBe(true);
    expect(clock.pending()).toBe(0);
  });

  test("by cancelling after the finish: success", async () => {
    const { response, ended } = await answered(bodyOf(chunksOf(text + f.geminiStream(f.ends("STOP"))), "hang").body);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(await ended).toMatchObject({ kind: "success", usage: { inputTokens: 12 } });
  });

  test("by its signal, while nobody reads or while somebody waits", async () => {
    for (const reading of [false, true]) {
      const controller = new AbortController();
      const { body, seen } = bodyOf(chunksOf(text), "hang");
      const { response, ended } = await answered(body, passed, controller.signal);
      const reader = response.body?.getReader();
      await reader?.read();
      const pending = reading ? reader?.read().catch((error) => error) : undefined;
      await turn();
      controller.abort(new Error("escape"));
      expect(await ended).toEqual({ kind: "aborted", hasBegun: true });
      expect(seen.cancelled).toBe(true);
      expect(await (pending ?? reader?.read().catch((error) => error))).toMatchObject({ message: "escape" });
    }
  });

  test("before the first event", async () => {
    const controller = new AbortController();
    const { receive } = world();
    const pending = receive(answerOf(bodyOf([], "hang").body), STREAM, controller.signal);
    controller.abort();
    expect(await pending).toEqual({ kind: "failed", outcome: { kind: "aborted" } });
    const late = await receive(answerOf(bodyOf([], "hang").body), STREAM, controller.signal);
    expect(late).toEqual({ kind: "failed", outcome: { kind: "aborted" } });
  });
});

describe("a 200 that is no answer", () => {
  const fails = async (text: string, type?: string) => {
    const { receive } = world();
    const { body, seen } = bodyOf(chunksOf(text));
    const received = await receive(answerOf(body, type), STREAM, undefined);
    return { received, seen };
  };

  test("an error first is Google's refusal, classified as any other", async () => {
    const quota = {
      error: {
        code: 429,
        message: "You exceeded your current quota.",
        status: "RESOURCE_EXHAUSTED",
        details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "30s" }],
      },
    };
    for (const text of [f.geminiStream(quota), JSON.stringify(quota), JSON.stringify([quota])]) {
      const { received } = await fails(text);
      expect(received).toMatchObject({ kind: "failed", outcome: { kind: "limited", status: 429, until: 30_000 } });
    }
  });

  test.each(["", "\r\n\r\n", ": hello\n\n", f.geminiStream(f.silent), f.geminiStream(f.endsBare("OTHER"))])(
    "nothing said is empty: %j",
    async (text) => {
      const { received } = await fails(text);
      expect(received).toMatchObject({ kind: "failed", outcome: { kind: "transient", cause: "empty", status: 200 } });
    },
  );

  test("a page is a broken stream, by its kind or by its look", async () => {
    for (const [text, type] of [
      ["<html>hi</html>", "text/html; charset=utf-8"],
      ["<!doctype html>\n\n<p>", undefined],
    ] as const) {
      const { received } = await fails(text, type);
      expect(received).toMatchObject({ kind: "failed", outcome: { kind: "transient", cause: "stream" } });
    }
  });

  test("no body at all is empty", async () => {
    const { receive } = world();
    expect(await receive(new Response(null), STREAM, undefined)).toMatchObject({ outcome: { cause: "empty" } });
  });

  test("a cut before the first event is a broken stream", async () => {
    const { receive } = world();
    const { body } = bodyOf(chunksOf("data: {"), new Error("ECONNRESET"));
    expect(await receive(answerOf(body), STREAM, undefined)).toMatchObject({ outcome: { cause: "stream" } });
  });
});

test("of a refusal at most 64 KiB are read, and the rest is let go", async () => {
  const { receive } = world();
  const error = `${JSON.stringify({ error: { code: 404, message: "not found", status: "NOT_FOUND" } })}${" ".repeat(16_384)}`;
  const { body, seen } = bodyOf(
    [Buffer.from(error), ...Array.from({ length: 50 }, () => Buffer.alloc(16_384, 32))],
    "hang",
  );
  const received = await receive(answerOf(body, "application/json", 404), STREAM, undefined);
  expect(received).toMatchObject({ kind: "failed", outcome: { status: 404 } });
  expect(seen.pulls).toBeLessThanOrEqual(5);
  expect(seen.cancelled).toBe(true);
});
