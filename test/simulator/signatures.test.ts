import { expect, test } from "bun:test";
import { judgeSignatures, mintedBy, mintSignature } from "../../src/simulator/signatures";

const user = (text: string) => ({ role: "user", parts: [{ text }] });
const call = (thoughtSignature?: string) => ({
  role: "model",
  parts: [{ functionCall: { name: "f", args: {} }, ...(thoughtSignature ? { thoughtSignature } : {}) }],
});
const result = { role: "user", parts: [{ functionResponse: { name: "f", response: {} } }] };

test("a signature says who minted it, whatever the label", () => {
  for (const label of ["side-key-1", "Büro: Süd 🌞", ""]) expect(mintedBy(mintSignature(label, 7))).toBe(label);
  expect(mintedBy("bm9ib2R5")).toBeUndefined();
});

test("own, foreign and stand-in are told apart", () => {
  const history = [
    user("x"),
    call(mintSignature("a", 1)),
    result,
    call(mintSignature("b", 1)),
    result,
    call("skip_thought_signature_validator"),
    result,
  ];
  expect(judgeSignatures(history, "a", true)).toEqual({
    count: { own: 1, foreign: 1, placeholder: 1, missing: 0 },
    corrupted: false,
  });
});

test("steps are looked for in the current turn alone", () => {
  const history = [user("x"), call(), result, user("y"), call(), result, call(), result];
  expect(judgeSignatures(history, "a", true).count.missing).toBe(2);
  expect(judgeSignatures(history, "a", false).count.missing).toBe(0);
});

test("a history that is none is judged as none", () => {
  expect(judgeSignatures([{ role: "user" }, { parts: "x" }], "a", true).count).toEqual({
    own: 0,
    foreign: 0,
    placeholder: 0,
    missing: 0,
  });
});
