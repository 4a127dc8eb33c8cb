import { expect, test } from "bun:test";
import type { Outcome } from "../../src/core/outcome";
import { judge } from "../../src/enrol/key-verdict";

const KEY = "AIza-example-0123456789abcd";
const said = { status: 403, sentence: "" };

const verdicts: [Outcome, string][] = [
  [{ kind: "success" }, "works"],
  [{ kind: "limited", scope: "quota", reason: "quota", detailed: true, ...said }, "works"],
  [{ kind: "aborted" }, "aborted"],
  [{ kind: "unauthorized", ...said }, "refused"],
  [{ kind: "banned", ...said }, "refused"],
  [{ kind: "denied", ...said }, "refused"],
  [{ kind: "parked", state: "billing", scope: "project", ...said }, "refused"],
  [{ kind: "rejected", ...said }, "unknown"],
  [{ kind: "capacity", detailed: false, ...said }, "unknown"],
  [{ kind: "transient", cause: "server", ...said }, "unknown"],
  [{ kind: "timeout", ...said }, "unknown"],
  [{ kind: "egress", ...said }, "unknown"],
  [{ kind: "machine", ...said }, "unknown"],
];

test.each(verdicts)("%j says of the key: %p", (outcome, verdict) => {
  expect(judge({ kind: "refused", outcome }, KEY).verdict).toBe(verdict as never);
});

test("without words of Google's there are words of ours", () => {
  expect(judge({ kind: "refused", outcome: { kind: "denied", ...said } }, KEY).sentence).toEndWith(
    "it gave no reason.",
  );
  expect(judge({ kind: "refused", outcome: { kind: "timeout", ...said } }, KEY).sentence).toBe(
    "Google could not be asked",
  );
});
