import { expect, test } from "bun:test";
import { candidatesFor } from "../../../src/core/route/candidates";

test("without a route a call is answered by the model it names", () => {
  const call = { model: "gemini-2.5-pro", method: "generateContent", streaming: false } as const;
  expect(candidatesFor(call)).toEqual([{ model: "gemini-2.5-pro" }]);
});
