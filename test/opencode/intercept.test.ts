import { describe, expect, test } from "bun:test";
import { createIntercept } from "../../src/opencode/intercept";
import { QUOTA_MARKER } from "../../src/opencode/quota-command";
import { textOf } from "../support/pool-world";
import { aFace } from "./face";

const BASE = "https://generativelanguage.googleapis.com/v1beta";
const HERE = () => BASE;
const STREAM = `${BASE}/models/gemini-2.5-flash:streamGenerateContent?alt=sse`;
const body = (...texts: string[]) =>
  JSON.stringify({
    contents: texts.map((text, index) => ({ role: index % 2 ? "model" : "user", parts: [{ text }] })),
    tools: [{}],
  });
const post = (text: string) => ({ method: "POST", body: text, headers: { "x-session-id": "ses" } });

describe("which calls the pool takes", () => {
  test("those below the base URL, with path, headers and whole body", async () => {
    const { parts, asked } = aFace();
    await createIntercept(parts, HERE)(STREAM, post("{}"));
    expect(asked[0]).toMatchObject({
      path: "/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
      method: "POST",
      body: "{}",
    });
    expect(asked[0]?.headers.get("x-session-id")).toBe("ses");
  });

  test("also as a Request, and with a body of bytes", async () => {
    const { parts, asked } = aFace();
    const intercept = createIntercept(parts, HERE);
    await intercept(new Request(STREAM, post("as a request")));
    await intercept(new URL(STREAM), { method: "POST", body: new TextEncoder().encode("as bytes") });
    expect(asked.map((request) => request.body)).toEqual(["as a request", "as bytes"]);
  });

  test("not those to other hosts, also where the name is only a part of theirs", async () => {
    const { parts, asked, passed } = aFace();
    const intercept = createIntercept(parts, HERE);
    const others = [
      "https://example.test/v1beta/models/x",
      "https://generativelanguage.googleapis.com.evil.example/v1beta/x",
      `${BASE}evil/x`,
    ];
    for (const url of others) await intercept(url);
    expect(passed).toEqual(others);
    expect(asked).toEqual([]);
  });
});

describe("/gquota", () => {
  test("is answered here, as a stream with a finish, in a code block", async () => {
    const { parts, asked } = aFace();
    const response = await createIntercept(parts, HERE)(STREAM, post(body(QUOTA_MARKER)));
    const text = await response.text();
    expect(text).toContain('"finishReason":"STOP"');
    expect(textOf(text)).toStartWith("```text\nGemini pool: 1 of 1 account can answer");
    expect(asked).toEqual([]);
  });

  test("is plain text in opencode run", async () => {
    const { parts } = aFace({ isRun: true });
    const response = await createIntercept(parts, HERE)(STREAM, post(body(QUOTA_MARKER)));
    expect(textOf(await response.text())).toStartWith("Gemini pool:");
  });

  test("gets a title without a call", async () => {
    const { parts, asked } = aFace();
    const title = JSON.stringify({ contents: [{ role: "user", parts: [{ text: QUOTA_MARKER }] }] });
    const response = await createIntercept(parts, HERE)(STREAM, post(title));
    expect(textOf(await response.text())).toBe("Gemini quota");
    expect(asked).toEqual([]);
  });

  test("asked earlier, quoted or spoken by a tool is a call like any other", async () => {
    const { parts, asked } = aFace();
    const intercept = createIntercept(parts, HERE);
    const tool = { role: "user", parts: [{ functionResponse: { name: "read", response: { content: QUOTA_MARKER } } }] };
    await intercept(STREAM, post(body(QUOTA_MARKER, "the table", "and now?")));
    await intercept(STREAM, post(body(`what does ${QUOTA_MARKER} mean?`)));
    await intercept(STREAM, post(JSON.stringify({ contents: [tool], tools: [{}] })));
    await intercept(STREAM, post(`not JSON ${QUOTA_MARKER}`));
    expect(asked.length).toBe(4);
  });
});
