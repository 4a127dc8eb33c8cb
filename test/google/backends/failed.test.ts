import { expect, test } from "bun:test";
import { failedFetch } from "../../../src/google/backends/failed";

const withCode = (code: string, message = "https://gemini.example/?key=AIza-example-1") =>
  Object.assign(new Error(message), { code });

test("an abort is nobody's failure, whatever was thrown", () => {
  const controller = new AbortController();
  controller.abort();
  expect(failedFetch(withCode("ECONNRESET"), controller.signal)).toEqual({ kind: "aborted" });
  expect(failedFetch(new DOMException("x", "AbortError"), undefined)).toEqual({ kind: "aborted" });
});

test.each([
  ["ECONNREFUSED", "refused"],
  ["ConnectionRefused", "refused"],
  ["ENOTFOUND", "not found"],
  ["ETIMEDOUT", "timed out"],
  ["ECONNRESET", "cut"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate"],
  ["EHOSTUNREACH", "could not be reached"],
  ["SOMETHING_NEW", "no answer came"],
])("%s says network in plain words and names no address", (code, words) => {
  const outcome = failedFetch(withCode(code), undefined);
  expect(outcome).toMatchObject({ kind: "transient", cause: "network", status: 0 });
  const sentence = "sentence" in outcome ? outcome.sentence : "";
  expect(sentence).toContain("network");
  expect(sentence).toContain(words);
  expect(sentence).not.toContain("example");
});

test("the code may be in the cause; a throw of anything is a network failure", () => {
  const wrapped = new TypeError("fetch failed", { cause: withCode("ECONNREFUSED") });
  expect(failedFetch(wrapped, undefined)).toMatchObject({ sentence: expect.stringContaining("refused") });
  expect(failedFetch("what", new AbortController().signal)).toMatchObject({ cause: "network" });
});
