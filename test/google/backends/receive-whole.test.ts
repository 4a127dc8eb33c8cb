import { describe, expect, test } from "bun:test";
import type { CallMethod } from "../../../src/core/call";
import { createReceiver } from "../../../src/google/backends/receive";
import { passed, unwrapped } from "../../../src/google/stream/framing";
import * as f from "../../fixture/streams";
import { fakeClock } from "../../support/fake-clock";

async function whole(
  body: string,
  { method = "generateContent", framing = passed }: { method?: CallMethod; framing?: typeof passed } = {},
) {
  const backend = framing === passed ? "gemini-api" : "code-assist";
  const receive = createReceiver({ backend, framing, clock: fakeClock(0) });
  const response = new Response(body, {
    headers: { "content-type": "application/json; charset=UTF-8", "x-trace": "1" },
  });
  const received = await receive(response, { model: "m", method, streaming: false }, undefined);
  if (received.kind === "failed") return { failed: received.outcome };
  return { text: await received.response.text(), headers: [...received.response.headers], ended: await received.ended };
}

const json = (value: unknown) => JSON.stringify(value, null, 2);

describe("an answer in one piece", () => {
  test("passes letter by letter with its usage and only its kind of content", async () => {
    const body = json(f.ends("STOP"));
    expect(await whole(body)).toEqual({
      text: body,
      headers: [["content-type", "application/json; charset=UTF-8"]],
      ended: { kind: "success", usage: { inputTokens: 12, outputTokens: 5, cachedTokens: 3, thoughtTokens: 7 } },
    });
  });

  test("loses Code Assist's envelope", async () => {
    const { text, ended } = await whole(JSON.stringify(f.envelope(f.ends("STOP"))), { framing: unwrapped });
    expect(text).toBe(JSON.stringify(f.ends("STOP")));
    expect(ended).toMatchObject({ kind: "success", usage: { inputTokens: 12 } });
  });

  test("finishes and blocks become what the host knows", async () => {
    expect(await whole(json(f.ends("OTHER")))).toMatchObject({ text: json(f.ends("STOP")) });
    expect(await whole(json(f.ends("LANGUAGE", f.trickyParts)))).toMatchObject({
      text: json(f.ends("SAFETY", f.trickyParts)),
    });
    const { text } = await whole(json(f.blocked));
    expect(JSON.parse(text ?? "").candidates[0].finishReason).toBe("SAFETY");
  });

  test.each([
    ["", "empty"],
    [json(f.silent), "empty"],
    [json({}), "empty"],
    [json(f.endsBare("OTHER")), "empty"],
    [json(f.says("x")), "empty"],
    ["<html>", "garbled"],
  ])("%j is no answer", async (body, why) => {
    const cause = why === "empty" ? "empty" : "stream";
    expect(await whole(body)).toMatchObject({ failed: { kind: "transient", cause } });
  });

  test("an error inside a 200 is Google's refusal", async () => {
    expect(await whole(json(f.refusal(503)))).toMatchObject({ failed: { kind: "capacity", status: 503 } });
    expect(await whole(json(f.refusal(503)), { framing: unwrapped })).toMatchObject({ failed: { kind: "capacity" } });
  });

  test("counts and embeddings need no finish, with or without an envelope", async () => {
    const count = json({ totalTokens: 3 });
    expect(await whole(count, { method: "countTokens" })).toMatchObject({ text: count, ended: { kind: "success" } });
    expect(await whole(count, { method: "countTokens", framing: unwrapped })).toMatchObject({ text: count });
    expect(await whole('{"embedding":{}}', { method: "embedContent" })).toMatchObject({ text: '{"embedding":{}}' });
  });
});
