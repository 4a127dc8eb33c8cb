import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { askKey, askSeat, eventsOf, readAll, textOf } from "./asking";
import { emulators } from "./running";
import type { Scenario } from "./scenario";

const MODEL = "gemini-3-flash-preview";
const WORLD: Scenario = {
  accounts: [
    { label: "one", key: "AIza-example-1" },
    { label: "two", key: "AIza-example-2" },
    { label: "seat", refreshToken: "1//example", project: "work-1", accessToken: "ya29.example" },
  ],
  strictSignatures: true,
  replies: [
    { when: { hasFunctionResponse: true }, parts: [{ text: "Read it." }] },
    {
      when: { lastUserTextIncludes: "read", toolsInclude: "read_file" },
      parts: [
        { functionCall: { name: "read_file", args: { path: "error finishReason" } } },
        { functionCall: { name: "read_file", args: { path: "b" } } },
      ],
    },
  ],
};
const PROMPT = { role: "user", parts: [{ text: "please read a file" }] };
const TOOLS = [{ functionDeclarations: [{ name: "read_file" }] }];
const RESULT = { role: "user", parts: [{ functionResponse: { name: "read_file", response: { content: "x" } } }] };

const run = emulators();
const start = (more: Partial<Scenario> = {}) => run({ ...WORLD, ...more });

interface Part {
  readonly functionCall?: { readonly name: string; readonly args: unknown };
  readonly thoughtSignature?: string;
}
const partsOf = (events: readonly Record<string, unknown>[]) =>
  (events as { candidates: { content: { parts: Part[] } }[] }[]).flatMap(({ candidates }) =>
    candidates.flatMap(({ content }) => content.parts),
  );

const callTool = async (url: string, key = "AIza-example-1") =>
  partsOf(
    eventsOf(await (await askKey(url, { key, model: MODEL, body: { contents: [PROMPT], tools: TOOLS } })).text()),
  );
const answerTool = (url: string, parts: readonly Part[], key = "AIza-example-1") =>
  askKey(url, { key, model: MODEL, body: { contents: [PROMPT, { role: "model", parts }, RESULT], tools: TOOLS } });

describe("a tool round trip", () => {
  test("calls, with a signature on the first call alone, then answers", async () => {
    const { url, log } = await start();
    const parts = await callTool(url);
    expect(parts.map(({ functionCall, thoughtSignature }) => [functionCall?.args, typeof thoughtSignature])).toEqual([
      [{ path: "error finishReason" }, "string"],
      [{ path: "b" }, "undefined"],
    ]);
    const answer = await answerTool(url, parts);
    expect(textOf(eventsOf(await answer.text()))).toBe("Read it.");
    expect(log()[1]?.signatures).toEqual({ own: 1, foreign: 0, placeholder: 0, missing: 0 });
  });

  test("without the tool the default answers", async () => {
    const { url } = await start();
    const response = await askKey(url, { model: MODEL, body: { contents: [PROMPT] } });
    expect(textOf(eventsOf(await response.text()))).toBe("Hello from one (call 1).");
  });
});

describe("strict signatures", () => {
  const message = async (response: Response) =>
    ((await response.json()) as { error: { code: number; message: string } }).error;

  test("one account's are not valid for another", async () => {
    const { url, log } = await start();
    const response = await answerTool(url, await callTool(url), "AIza-example-2");
    expect(await message(response)).toMatchObject({ code: 400, message: "Thought signature is not valid" });
    expect(log()[1]).toMatchObject({ answer: "any_400_thought_signature_invalid", signatures: { foreign: 1 } });
  });

  test("the documented placeholder is taken anywhere", async () => {
    const { url, log } = await start();
    const parts = (await callTool(url)).map((part) =>
      part.thoughtSignature ? { ...part, thoughtSignature: "skip_thought_signature_validator" } : part,
    );
    expect((await answerTool(url, parts, "AIza-example-2")).status).toBe(200);
    expect(log()[1]?.signatures).toMatchObject({ placeholder: 1, foreign: 0 });
  });

  test("a step of the current turn without one is refused; an earlier turn's is not looked for", async () => {
    const { url } = await start();
    const bare = (await callTool(url)).map(({ functionCall }) => ({ functionCall })) as Part[];
    expect(await message(await answerTool(url, bare))).toMatchObject({
      code: 400,
      message: expect.stringContaining("missing a thought_signature"),
    });
    const later = [PROMPT, { role: "model", parts: bare }, RESULT, { role: "user", parts: [{ text: "thanks" }] }];
    expect((await askKey(url, { model: MODEL, body: { contents: later } })).status).toBe(200);
  });

  test("one that nobody minted is corrupted", async () => {
    const { url } = await start();
    const parts = [{ functionCall: { name: "read_file", args: {} }, thoughtSignature: "bm9ib2R5" }];
    expect(await message(await answerTool(url, parts))).toMatchObject({ message: "Corrupted thought signature." });
  });

  test("without the strict mode nothing is refused, but it is counted", async () => {
    const { url, log } = await start({ strictSignatures: false });
    expect((await answerTool(url, await callTool(url), "AIza-example-2")).status).toBe(200);
    expect(log()[1]?.signatures.foreign).toBe(1);
  });
});

describe("a long answer", () => {
  const big = { replies: [{ big: { bytes: 2_000_000, eventBytes: 4096 } }], inspectBodies: false };

  test.each([
    ["the Gemini API", askKey],
    ["Code Assist", askSeat],
  ])("has the asked size, in events of the asked size, and a proper end: %s", async (_, ask) => {
    const { url } = await start(big);
    const { text, failed } = await readAll(await ask(url));
    expect(failed).toBe(false);
    expect(Math.abs(text.length - 2_000_000)).toBeLessThan(10_000);
    expect(text.indexOf("\r\n\r\n") + 4).toBe(4096);
    expect(textOf(eventsOf(text))).toEndWith("The end.");
    expect(text.match(/"finishReason": "STOP"/g)).toHaveLength(1);
  });

  test("waits for a slow reader instead of piling up", async () => {
    const { url, log } = await start({ ...big, replies: [{ big: { bytes: 400_000_000 } }] });
    const path = "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";
    const reader = connect(Number(new URL(url).port), "127.0.0.1");
    await new Promise((resolve) => reader.once("connect", resolve));
    reader.on("data", () => {}).pause();
    reader.write(`POST ${path} HTTP/1.1\r\nx-goog-api-key: AIza-example-1\r\ncontent-length: 2\r\n\r\n{}`);
    while (log().length === 0) await Bun.sleep(1);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(log()[0]?.ending).toBe("open");
    reader.destroy();
    while (log()[0]?.ending === "open") await Bun.sleep(1);
    expect(log()[0]?.ending).toBe("caller-left");
  });
});
