import { expect, test } from "bun:test";
import { nextBinding } from "../../../src/core/rotation/affinity";
import { aBinding, NOW } from "../../support/builders";

const place = (more: object = {}) => ({
  sessionId: "ses-1",
  model: "gemini-2.5-pro",
  parentSessionId: undefined,
  accountId: "a1",
  now: NOW + 5,
  isForeign: false,
  ...more,
});

test("a binding keeps its age while the conversation stays", () => {
  const first = nextBinding(undefined, place());
  expect(first).toMatchObject({ boundAt: NOW + 5, lastAnswerAt: NOW + 5, isMixed: false });
  expect(nextBinding(first, place({ now: NOW + 9 }))).toMatchObject({ boundAt: NOW + 5, lastAnswerAt: NOW + 9 });
  expect(nextBinding(first, place({ accountId: "a2", now: NOW + 10 }))).toMatchObject({
    accountId: "a2",
    boundAt: NOW + 10,
  });
});

test("a history that held another account's signatures stays mixed", () => {
  const mixed = nextBinding(aBinding(), place({ isForeign: true }));
  expect(mixed.isMixed).toBe(true);
  expect(nextBinding(mixed, place()).isMixed).toBe(true);
  expect(nextBinding(aBinding(), place({ accountId: "a2" })).isMixed).toBe(false);
});
