import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CallTraits } from "../../../src/core/call";
import { hashSignature } from "../../../src/core/signature";
import { createReceiver } from "../../../src/google/backends/receive";
import { Filter } from "../../../src/google/stream/filter";
import { type Framing, passed, unwrapped } from "../../../src/google/stream/framing";
import { mintSignature } from "../../../src/simulator/signatures";
import { signaturesIn, signedJson } from "../../fixture/signed-json";
import * as f from "../../fixture/streams";
import { bodyOf, cutAt } from "../../fixture/streams-cut";
import { fakeClock } from "../../support/fake-clock";

const FRAMINGS = [
  ["passed", passed, f.geminiStream],
  ["unwrapped", unwrapped, f.codeAssistStream],
] as const;

/** As long as Google's are: some KB of base64. */
const signature = (count: number, size = 3_000) => mintSignature("one", count).padStart(size, "QUJD");
const hashes = (...signatures: string[]) => [...new Set(signatures.map(hashSignature))];
const calls = (thoughtSignature: unknown, more: f.Event = {}) =>
  f.says("x", {
    candidates: [{ content: { parts: [{ functionCall: { name: "look" }, thoughtSignature, ...more }] } }],
  });

function mintedIn(framing: Framing, chunks: readonly Buffer[]) {
  const filter = new Filter(framing);
  for (const chunk of chunks) {
    filter.push(chunk);
    // What was handed on is the host's: it may do with it what it wants.
    chunk.fill("!");
  }
  filter.end();
  return filter.minted();
}

/** Every chunk of so many bytes. */
const pieces = (text: string, size: number) =>
  cutAt(
    Buffer.from(text),
    Array.from({ length: text.length / size }, (_, i) => i * size),
  );

/** How many bytes native searches went over meanwhile. */
function bytesSearched(work: () => void): number {
  const { indexOf } = Buffer.prototype;
  let count = 0;
  Buffer.prototype.indexOf = function (this: Buffer, value: number | Uint8Array, from = 0) {
    const at = indexOf.call(this, value as number, from as number);
    count += (at < 0 ? this.length : at) - Number(from);
    return at;
  };
  try {
    work();
  } finally {
    Buffer.prototype.indexOf = indexOf;
  }
  return count;
}

describe.each(FRAMINGS)("the signatures of a stream, %s,", (_, framing, stream) => {
  const one = (...events: f.Event[]) => mintedIn(framing, [Buffer.from(stream(...events))]);

  test("are those of its events, of both spellings, each once and in order", () => {
    const events = [
      calls(signature(1)),
      f.says("a"),
      calls(undefined, { thought_signature: signature(2) }),
      calls(signature(1)),
      f.ends("STOP", [{ text: "", thoughtSignature: signature(3) }]),
    ];
    expect(one(...events)).toEqual(hashes(signature(1), signature(2), signature(3)));
  });

  test("are the same wherever the bytes are cut", () => {
    const quoted = {
      args: { text: '"thoughtSignature":"no"', thoughtSignature: { a: "no" }, words: ["thoughtSignature"] },
    };
    const odd = f.says("x", {
      'odd "thoughtSignature': "no",
      "\\": "thoughtSignature",
      thoughtSignature: 'a"\\',
      'even "thought_signature': "no",
    });
    const events = [
      f.says("a"),
      calls("QUJD/+=="),
      calls("=", quoted),
      odd,
      f.ends("STOP", [{ thoughtSignature: "" }]),
    ];
    const text = stream(...events)
      .replaceAll("==", "\\u003d\\u003d")
      .replaceAll('"thoughtSignature":"=', '"thoughtSignature" :\t"=');
    const wanted = hashes("QUJD/+==", "=", 'a"\\', "");
    const bytes = Buffer.from(text);
    expect(mintedIn(framing, [Buffer.from(text)])).toEqual(wanted);
    for (let at = 1; at < bytes.length; at++) expect(mintedIn(framing, cutAt(bytes, [at]))).toEqual(wanted);
    for (const size of [1, 2, 3, 7, 18, 19, 20]) expect(mintedIn(framing, pieces(text, size))).toEqual(wanted);
  });

  test("equal those of the parsed events for anything that Google could send, cut anywhere", () => {
    const events = fc.array(fc.record({ value: signedJson, pad: fc.nat(2_000) }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(events, fc.array(fc.nat(20_000), { maxLength: 20 }), (drawn, places) => {
        const all = [
          f.says("begin"),
          ...drawn.map(({ value, pad }) => f.says("p".repeat(pad), { value })),
          f.ends("STOP"),
        ];
        const bytes = Buffer.from(stream(...all));
        expect(mintedIn(framing, cutAt(bytes, places))).toEqual(hashes(...signaturesIn(all)));
      }),
      { seed: 19, numRuns: 300 },
    );
  });

  test("longer than 1 MB are read over; of more than 1,024 the first are known", () => {
    expect(one(calls("x".repeat(1_000_001)), calls("y"), f.ends("STOP"))).toEqual(hashes("y"));
    const many = Array.from({ length: 1_100 }, (_, i) => signature(i, 40));
    expect(one(...many.map((each) => calls(each)), f.ends("STOP"))).toEqual(hashes(...many.slice(0, 1_024)));
  });

  test("cost a search of their bytes, in one chunk or in many", () => {
    const many = Array.from({ length: 1_000 }, (_, i) => calls(signature(i, 4_000)));
    const text = stream(f.says("a"), ...many, f.ends("STOP"));
    for (const size of [text.length, 4_096]) {
      const chunks = pieces(text, size);
      const searched = bytesSearched(() => expect(mintedIn(framing, chunks)).toHaveLength(1_000));
      expect(searched / text.length).toBeLessThan(12);
    }
    const slashes = `${stream(f.says("a"))}{"thoughtSignature":"${"\\\\".repeat(400_000)}`;
    expect(mintedIn(framing, pieces(slashes, 512))).toEqual([]);
  });
});

test("signatures are known as soon as they are whole, those of a breaking stream too", () => {
  const filter = new Filter(passed);
  filter.push(Buffer.from(f.geminiStream(calls("first"))));
  expect(filter.minted()).toEqual(hashes("first"));
  const second = f.geminiStream(calls("second"));
  const cut = second.indexOf("second") + 3;
  filter.push(Buffer.from(second.slice(0, cut)));
  expect(filter.minted()).toEqual(hashes("first"));
  filter.push(Buffer.from(second.slice(cut)));
  filter.push(Buffer.from(f.geminiStream(f.refusal())));
  filter.push(Buffer.from(f.geminiStream(calls("never looked at"))));
  expect(filter.minted()).toEqual(hashes("first", "second"));
});

describe("an answer says what it minted", () => {
  const STREAM: CallTraits = { model: "gemini-3-pro-preview", method: "streamGenerateContent", streaming: true };
  const WHOLE: CallTraits = { ...STREAM, method: "generateContent", streaming: false };
  const receive = (framing: Framing, body: Response, traits: CallTraits) =>
    createReceiver({ backend: framing.eventByEvent ? "code-assist" : "gemini-api", framing, clock: fakeClock(0) })(
      body,
      traits,
      undefined,
    );

  test.each(FRAMINGS)("so far and in the end, in a stream that is %s", async (_, framing, stream) => {
    const chunks = [calls("a"), calls("b"), f.ends("STOP")].map((event) => Buffer.from(stream(event)));
    const received = await receive(framing, new Response(bodyOf(chunks).body), STREAM);
    if (received.kind !== "answered") throw new Error(received.kind);
    expect(received.minted()).toEqual(hashes("a"));
    await received.response.text();
    expect(received.minted()).toEqual(hashes("a", "b"));
  });

  test.each([
    ["of the Gemini API", passed, (event: f.Event) => event],
    ["of Code Assist", unwrapped, f.envelope],
  ] as const)("in one piece %s", async (_, framing, wrap) => {
    const parts = [{ functionCall: { name: "a" }, thoughtSignature: "a=" }, { text: '"thoughtSignature":"b"' }];
    const text = JSON.stringify(wrap(f.ends("OTHER", parts)), null, 2).replace("a=", "a\\u003d");
    const received = await receive(framing, new Response(text), WHOLE);
    expect(received.kind === "answered" && received.minted()).toEqual(hashes("a="));
  });
});
