import { expect, test } from "bun:test";
import { usageOf } from "../../src/core/usage";
import { NOW } from "../support/builders";

const usage = { inputTokens: 3, outputTokens: 2, cachedTokens: 1, thoughtTokens: 4 };

test("a success counts with its tokens, in the hour it happened", () => {
  const [change] = usageOf("a", "m", { kind: "success", usage }, NOW + 61_000);
  expect(change).toEqual({
    type: "usage.added",
    usage: { accountId: "a", model: "m", hourAt: NOW, requests: 1, ok: 1, failed: 0, ...usage },
  });
});

test("a failure counts as one, an abort as nothing", () => {
  const failed = usageOf("a", "m", { kind: "transient", cause: "server", status: 503, sentence: "" }, NOW);
  expect(failed).toMatchObject([{ usage: { requests: 1, ok: 0, failed: 1, inputTokens: 0 } }]);
  expect(usageOf("a", "m", { kind: "aborted" }, NOW)).toEqual([]);
});
