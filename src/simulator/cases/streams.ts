import type { Json } from "../wire";
import { streamJson } from "../wire";
import type { CaseBuilder, CaseTable } from "./case";

const stream =
  (...events: readonly Json[]): CaseBuilder =>
  ({ model }) => ({
    kind: "events",
    events: events.map((event) => ("modelVersion" in event ? { ...event, modelVersion: model } : event)),
  });

const usage = (promptTokenCount: number, totalTokenCount: number, more: Json = {}): Json => ({
  promptTokenCount,
  ...more,
  totalTokenCount,
});
const text = (said: string, more: Json = {}): Json => ({
  content: { parts: [{ text: said }], role: "model" },
  ...more,
  index: 0,
});
const unavailable = (message: string): Json => ({ error: { code: 503, message, status: "UNAVAILABLE" } });
const MODEL = { modelVersion: "", responseId: "EXAMPLE" };
const readFile = (path: string) => ({ functionCall: { name: "read_file", args: { path } } });

/** Whole streams of Google's, good and bad. */
export const STREAM_CASES: CaseTable = {
  sse_empty_no_finish: stream({ candidates: [{ content: { role: "model" } }], usageMetadata: usage(2, 2) }),
  sse_function_call_signature: stream({
    candidates: [
      {
        content: {
          role: "model",
          parts: [{ ...readFile("a.txt"), thoughtSignature: "RVhBTVBMRQ==" }, readFile("b.txt")],
        },
        finishReason: "STOP",
        index: 0,
      },
    ],
    usageMetadata: usage(50, 100, { candidatesTokenCount: 20, thoughtsTokenCount: 30, cachedContentTokenCount: 0 }),
    modelVersion: "",
  }),
  sse_malformed_function_call: stream({
    candidates: [{ content: {}, finishReason: "MALFORMED_FUNCTION_CALL", index: 0 }],
    usageMetadata: usage(100, 100),
  }),
  sse_mid_stream_error: stream(
    { candidates: [text("Hel")] },
    unavailable(
      "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.",
    ),
  ),
  sse_mid_stream_error_bare_chunk: () => ({
    kind: "events",
    events: [streamJson(unavailable("The model is overloaded. Please try again later."))],
  }),
  sse_prompt_blocked: stream({
    promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
    usageMetadata: usage(8, 8),
    modelVersion: "",
  }),
  sse_stream_ca_ok: stream(
    {
      candidates: [{ content: { role: "model", parts: [{ text: "Hello" }] } }],
      usageMetadata: { trafficType: "ON_DEMAND" },
      ...MODEL,
    },
    {
      candidates: [{ content: { role: "model", parts: [{ text: "" }] }, finishReason: "STOP" }],
      usageMetadata: usage(2, 3, { candidatesTokenCount: 1, trafficType: "ON_DEMAND" }),
      ...MODEL,
    },
  ),
  sse_stream_gl_ok: stream(
    {
      candidates: [text("Hel")],
      usageMetadata: usage(2, 2, { promptTokensDetails: [{ modality: "TEXT", tokenCount: 2 }] }),
      ...MODEL,
    },
    {
      candidates: [text("lo", { finishReason: "STOP" })],
      usageMetadata: usage(2, 20, { candidatesTokenCount: 1, thoughtsTokenCount: 17 }),
      ...MODEL,
    },
  ),
};
