import { describe, expect, test } from "bun:test";
import { hashSignature } from "../../src/core/signature";
import { createCodeAssistBackend } from "../../src/google/backends/code-assist";
import { createGeminiApiBackend } from "../../src/google/backends/gemini-api";
import type { GoogleBackend } from "../../src/google/backends/google-backend";
import type { SignaturePolicy } from "../../src/ports/upstream";
import { judgeSignatures, mintSignature } from "../../src/simulator/signatures";
import type { Json } from "../../src/simulator/wire";
import * as f from "../fixture/streams";
import { anAccount, aSeat } from "../support/builders";
import { fakeClock } from "../support/fake-clock";

const MODEL = "gemini-3-pro-preview";
const STREAM = { model: MODEL, method: "streamGenerateContent", streaming: true } as const;
const clock = fakeClock(0);
const geminiApi = createGeminiApiBackend({ endpoint: "https://gemini.example", clock });
const codeAssist = createCodeAssistBackend({ endpoint: "https://assist.example", clock, newId: () => "id" });

const call = (thoughtSignature?: string) => ({
  role: "model",
  parts: [{ functionCall: { name: "look", args: {} }, ...(thoughtSignature ? { thoughtSignature } : {}) }],
});
const asked = { role: "user", parts: [{ text: "look" }] };
const result = { role: "user", parts: [{ functionResponse: { name: "look", response: {} } }] };

/** What Google's strictest judge says of this history as `backend` sends it for the account of that name. */
function judged(backend: GoogleBackend, account: string, contents: readonly object[], signatures: SignaturePolicy) {
  const request = {
    path: `/models/${MODEL}:streamGenerateContent?alt=sse`,
    method: "POST",
    headers: new Headers(),
    body: JSON.stringify({ contents }),
    signal: undefined,
  };
  const entry = backend === codeAssist ? aSeat() : anAccount();
  const sent = backend.encode(request, STREAM, entry, { kind: "bearer", token: "ya29.example" }, { signatures });
  const body = JSON.parse(sent.body ?? "");
  return judgeSignatures((body.request ?? body).contents as Json[], account, true);
}

/** The signatures of an answer that this account gave, as its backend read them. */
async function minted(backend: GoogleBackend, ...signatures: string[]) {
  const events = signatures.map((signature) => f.says("", { candidates: [{ content: call(signature) }] }));
  const stream = backend === codeAssist ? f.codeAssistStream : f.geminiStream;
  const received = await backend.receive(new Response(stream(...events, f.ends("STOP"))), STREAM, undefined);
  if (received.kind !== "answered") throw new Error(received.kind);
  await received.response.text();
  return new Set(received.minted());
}

describe.each([
  ["the Gemini API", geminiApi],
  ["Code Assist", codeAssist],
])("a history on its way to %s", (_, backend) => {
  const [a1, a2, b1] = [mintSignature("a", 1), mintSignature("a", 2), mintSignature("b", 1)];

  test("that went from A to B and back to A keeps what A made and nothing else", async () => {
    const history = [asked, call(a1), result, call(b1), result, call(a2), result];
    const madeByA = { kind: "own", hashes: await minted(backend, a1, a2) } as const;
    const madeByB = { kind: "own", hashes: await minted(backend, b1) } as const;
    const fine = { missing: 0, foreign: 0 };
    expect(judged(backend, "a", history, madeByA).count).toEqual({ ...fine, own: 2, placeholder: 1 });
    expect(judged(backend, "b", history, madeByB).count).toEqual({ ...fine, own: 1, placeholder: 2 });
    const nothing = { kind: "own", hashes: new Set<string>() } as const;
    expect(judged(backend, "c", history, nothing).count).toEqual({ ...fine, own: 0, placeholder: 3 });
    expect(judged(backend, "a", history, { kind: "keep" }).count).toMatchObject({ own: 2, foreign: 1 });
  });

  test("that nobody remembers is repaired after a refusal, also where signatures were lost", () => {
    const history = [asked, call(b1), result, call(), result, call("bm9ib2R5"), result];
    expect(judged(backend, "a", history, { kind: "keep" })).toMatchObject({ count: { missing: 1 }, corrupted: true });
    expect(judged(backend, "a", history, { kind: "replace" })).toEqual({
      count: { own: 0, foreign: 0, placeholder: 3, missing: 0 },
      corrupted: false,
    });
  });

  test("a signature is known by its own hash", async () => {
    expect([...(await minted(backend, a1))]).toEqual([hashSignature(a1)]);
  });
});
