import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Filter } from "../../../src/google/stream/filter";
import { type Framing, passed, unwrapped } from "../../../src/google/stream/framing";
import * as f from "../../fixture/streams";
import { cutAt } from "../../fixture/streams-cut";

function run(framing: Framing, chunks: readonly Buffer[]) {
  const filter = new Filter(framing);
  const out: Buffer[] = [];
  const collect = (first: Buffer | undefined) => {
    for (let piece = first; piece; piece = filter.more()) out.push(Buffer.from(piece));
  };
  for (const chunk of chunks) collect(filter.push(chunk));
  collect(filter.end());
  const { opened, finished, broken } = filter;
  return { text: Buffer.concat(out).toString("utf8"), opened, finished, broken, usage: filter.usage() };
}

const pass = (text: string) => run(passed, [Buffer.from(text)]);
const unwrap = (text: string) => run(unwrapped, [Buffer.from(text)]);
const finishes = (text: string) =>
  f
    .seenByHost(text)
    .map((event) => (event as { candidates?: { finishReason?: string }[] }).candidates?.[0]?.finishReason);

describe("an answer of the Gemini API", () => {
  test("passes byte for byte and its last figures are known", () => {
    const text = f.geminiStream(f.says("Hé", { usageMetadata: { promptTokenCount: 1 } }), f.trickyCall, f.ends("STOP"));
    const seen = pass(text);
    expect(seen.text).toBe(text);
    expect(seen).toMatchObject({ opened: true, finished: true, broken: undefined });
    expect(seen.usage).toEqual({ inputTokens: 12, outputTokens: 5, cachedTokens: 3, thoughtTokens: 7 });
  });

  test("figures that come before or after the finish count too, those of a tool's arguments never", () => {
    const noFigures = f.says("x", { candidates: [{ content: { parts: [{ text: "x" }] }, finishReason: "STOP" }] });
    const early = f.geminiStream(f.says("a", { usageMetadata: { promptTokenCount: 4 } }), f.says("b"), noFigures);
    expect(pass(early).usage?.inputTokens).toBe(4);
    const late = f.geminiStream(f.says("a"), noFigures, { usageMetadata: { promptTokenCount: 6 } });
    expect(pass(late).usage?.inputTokens).toBe(6);
    expect(pass(f.geminiStream(f.trickyCall, noFigures)).usage).toBeUndefined();
  });

  test.each([
    "STOP",
    "MAX_TOKENS",
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "MALFORMED_FUNCTION_CALL",
  ])("%s passes as it is, also with nothing before it", (reason) => {
    const text = f.geminiStream(f.endsBare(reason));
    expect(pass(text)).toMatchObject({ text, finished: true });
  });

  test.each([
    ["LANGUAGE", "SAFETY"],
    ["NO_IMAGE", "SAFETY"],
    ["IMAGE_PROHIBITED_CONTENT", "SAFETY"],
    ["OTHER", "STOP"],
    ["UNEXPECTED_TOOL_CALL", "STOP"],
    ["A_WORD_OF_TOMORROW", "STOP"],
  ])("%s becomes %s and nothing else in the event changes", (reason, word) => {
    const text = f.geminiStream(f.trickyCall, f.ends(reason));
    const at = text.lastIndexOf(`"${reason}"`);
    const wanted = `${text.slice(0, at)}"${word}"${text.slice(at + reason.length + 2)}`;
    expect(pass(text)).toMatchObject({ text: wanted, finished: true });
  });

  test("a finish inside a tool's arguments, in the same event, is left alone", () => {
    const parts = f.trickyParts;
    const seen = pass(f.geminiStream(f.ends("OTHER", parts)));
    expect(f.seenByHost(seen.text)).toEqual([f.ends("STOP", parts)]);
  });

  test("an unknown finish with nothing before it is no answer", () => {
    expect(pass(f.geminiStream(f.silent, f.endsBare("OTHER")))).toMatchObject({ text: "", broken: { kind: "empty" } });
  });

  test("no finish, the unspecified one and a silent stream are no answer", () => {
    expect(pass("")).toMatchObject({ text: "", broken: { kind: "empty" } });
    expect(pass(f.geminiStream(f.silent))).toMatchObject({ text: "", broken: { kind: "empty" } });
    expect(pass(f.geminiStream(f.endsBare("FINISH_REASON_UNSPECIFIED")))).toMatchObject({ broken: { kind: "empty" } });
    expect(pass(f.geminiStream(f.says("Hel")))).toMatchObject({ opened: true, broken: { kind: "unfinished" } });
    expect(pass(f.geminiStream(f.trickyCall))).toMatchObject({ finished: false, broken: { kind: "unfinished" } });
  });

  test("a blocked prompt becomes a candidate that says so", () => {
    const seen = pass(f.geminiStream(f.blocked));
    expect(seen).toMatchObject({ finished: true, broken: undefined });
    expect(finishes(seen.text)).toEqual(["SAFETY"]);
    expect(finishes(pass(f.geminiStream({ candidates: [], ...f.blocked })).text)).toEqual(["SAFETY"]);
    expect(finishes(pass(f.geminiStream(f.says("a"), f.blocked)).text)).toEqual([undefined, "SAFETY"]);
  });

  test("an error is found wherever it comes and however it is written", () => {
    const error = { kind: "refused", status: 503 };
    expect(pass(f.geminiStream(f.refusal()))).toMatchObject({ text: "", broken: error });
    expect(pass(JSON.stringify(f.refusal()))).toMatchObject({ text: "", broken: error });
    expect(pass(JSON.stringify([f.refusal()], null, 2))).toMatchObject({ text: "", broken: error });
    const good = f.geminiStream(f.says("Hel"));
    expect(pass(good + f.geminiStream(f.refusal()))).toMatchObject({ text: good, broken: error });
    expect(pass(good + JSON.stringify(f.refusal())).broken).toMatchObject(error);
    expect(pass(f.geminiStream({ error: { message: "no code" } })).broken).toMatchObject({ status: 500 });
  });

  test("a page or broken JSON is no answer", () => {
    expect(pass("<!doctype html>\n\n<title>x</title>")).toMatchObject({ text: "", broken: { kind: "garbled" } });
    expect(pass("data: {oops}\n\n")).toMatchObject({ text: "", broken: { kind: "garbled" } });
  });

  test("a last event without its blank line reaches the host", () => {
    const text = f.geminiStream(f.says("a"), f.ends("STOP")).trimEnd();
    const seen = pass(text);
    expect(seen.finished).toBe(true);
    expect(finishes(seen.text)).toEqual([undefined, "STOP"]);
    expect(pass(text.slice(0, -1))).toMatchObject({ finished: false, broken: { kind: "unfinished" } });
  });
});

describe("an answer of Code Assist", () => {
  test("loses its envelope and nothing else", () => {
    const events = [f.says("Hé"), f.trickyCall, f.says("x", { responseId: "r" }), f.ends("STOP")];
    const seen = unwrap(f.codeAssistStream(...events));
    expect(seen.text).toBe(f.geminiStream(...events));
    expect(seen).toMatchObject({ finished: true, usage: { inputTokens: 12 } });
  });

  test("any order of the envelope, other members and spaces are fine; metadata alone is dropped", () => {
    const last = JSON.stringify(f.ends("STOP"));
    const seen = unwrap(
      [
        `{"traceId":"t","response":${JSON.stringify(f.says("a"))}}`,
        `{"response" : ${JSON.stringify(f.says("b", { responseId: "r" }))} , "credits":{"response":1,"responseId":"r"}, "traceId" : "t"}`,
        '{"traceId":"t"}',
        '{"response":null,"traceId":"t"}',
        `{"response": ${last}\t,"remainingCredits":[{"a":"}]"}]}`,
      ]
        .map((event) => f.frame(event))
        .join(""),
    );
    expect(seen.text).toBe(f.geminiStream(f.says("a"), f.says("b", { responseId: "r" }), f.ends("STOP")));
  });

  test("finishes, blocks and errors follow the same rules", () => {
    expect(finishes(unwrap(f.codeAssistStream(f.says("a"), f.ends("OTHER"))).text)).toEqual([undefined, "STOP"]);
    expect(finishes(unwrap(f.codeAssistStream(f.blocked)).text)).toEqual(["SAFETY"]);
    expect(unwrap(f.codeAssistStream(f.refusal(429))).broken).toMatchObject({ kind: "refused", status: 429 });
    expect(unwrap(f.frame({ response: f.refusal(429) })).broken).toMatchObject({ kind: "refused", status: 429 });
    expect(unwrap(f.codeAssistStream(f.says("a"))).broken).toEqual({ kind: "unfinished" });
    expect(unwrap(f.frame("{broken")).broken).toEqual({ kind: "garbled" });
    expect(unwrap(f.frame({ traceId: "t" })).broken).toEqual({ kind: "empty" });
  });
});

describe("wherever the bytes are cut", () => {
  const stories: Record<string, readonly f.Event[]> = {
    plain: [f.says("Zürich 🏔"), f.says("b", { usageMetadata: { promptTokenCount: 1 } }), f.ends("STOP")],
    tool: [f.trickyCall, f.ends("STOP")],
    renamed: [f.says("a"), f.trickyCall, f.ends("OTHER")],
    blocked: [f.silent, f.blocked],
    unfinished: [f.says("a"), f.says("b")],
    refused: [f.says("a"), f.refusal(), f.says("never")],
    refusedFirst: [f.refusal(429, "RESOURCE_EXHAUSTED")],
    empty: [f.silent, f.silent],
  };
  const ends = { crlf: "\r\n\r\n", lf: "\n\n", cr: "\r\r", mixed: "\r\n\n" };
  const multi = (event: f.Event, end: string) =>
    JSON.stringify(event, null, 1)
      .split("\n")
      .map((line) => `data: ${line}${end.slice(0, end.length / 2)}`)
      .join("") + end.slice(end.length / 2);

  const same = (framing: Framing, text: string, chunks: readonly Buffer[]) => {
    const whole = run(framing, [Buffer.from(text)]);
    const cut = run(framing, chunks);
    expect({ ...cut, text: "" }).toEqual({ ...whole, text: "" });
    // A broken answer may have handed on a beginning of the bad event; what the host makes of it is the same.
    if (whole.broken) expect(f.seenByHost(cut.text)).toEqual(f.seenByHost(whole.text));
    else expect(cut.text).toBe(whole.text);
  };

  for (const [name, events] of Object.entries(stories)) {
    for (const [kind, end] of Object.entries(ends)) {
      const passedText = events.map((event) => f.frame(event, end)).join("");
      const wrappedText = events.map((event) => f.frame("error" in event ? event : f.envelope(event), end)).join("");
      test(`${name} with ${kind}: byte by byte, at every boundary, at any set of places`, () => {
        for (const [framing, text] of [
          [passed, passedText],
          [unwrapped, wrappedText],
        ] as const) {
          const bytes = Buffer.from(text);
          same(framing, text, cutAt(bytes, bytes.map((_, i) => i) as unknown as number[]));
          for (let at = 1; at < bytes.length; at += 1) same(framing, text, cutAt(bytes, [at]));
          fc.assert(
            fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (places) =>
              same(framing, text, cutAt(bytes, places)),
            ),
            { seed: 7, numRuns: 40 },
          );
        }
      });
    }
    test(`${name} over several data lines`, () => {
      for (const end of ["\r\n\r\n", "\n\n", "\r\r"]) {
        const text = events.map((event) => multi(event, end)).join("");
        const bytes = Buffer.from(text);
        const whole = run(passed, [bytes]);
        expect(f.seenByHost(whole.text)).toEqual(
          f.seenByHost(run(passed, [Buffer.from(f.geminiStream(...events))]).text),
        );
        fc.assert(
          fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (places) =>
            same(passed, text, cutAt(bytes, places)),
          ),
          { seed: 11, numRuns: 60 },
        );
      }
    });
  }
});

test("nothing is held back once the answer speaks: a half event goes on at once", () => {
  const filter = new Filter(passed);
  filter.push(Buffer.from(f.geminiStream(f.says("a"))));
  const half = Buffer.from(f.frame(f.says("a long story")).slice(0, 60));
  expect(filter.push(half)).toBe(half);
});

test("before any output nothing goes on, and then everything does", () => {
  const filter = new Filter(passed);
  const first = Buffer.from(f.geminiStream(f.silent));
  expect(filter.push(first)).toBeUndefined();
  const second = Buffer.from(f.geminiStream(f.says("a")));
  expect(filter.push(second)?.toString()).toBe(first.toString() + second.toString());
});

test("an event of 16 MB in small chunks costs what its bytes cost", () => {
  const filter = new Filter(passed);
  const big = Buffer.from(
    f.geminiStream({
      ...f.ends("STOP"),
      candidates: [{ finishReason: "OTHER", content: { parts: [{ text: "y".repeat(16 * 1024 * 1024) }] } }],
    }),
  );
  filter.push(Buffer.from(f.geminiStream(f.says("a"))));
  let size = 0;
  for (let at = 0; at < big.length; at += 4096) size += filter.push(big.subarray(at, at + 4096))?.length ?? 0;
  expect(filter.finished).toBe(true);
  expect(size).toBe(big.length - 1);
});
