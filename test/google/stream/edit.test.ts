import { expect, test } from "bun:test";
import { addBlocked, type Edit, renameFinish } from "../../../src/google/stream/edit";
import * as f from "../../fixture/streams";

const PADDING = "data: ";

function edited(json: string, edit: (bytes: Buffer, start: number, end: number) => Edit | undefined) {
  const bytes = Buffer.from(`${PADDING}${json}\r\n`);
  const made = edit(bytes, PADDING.length, PADDING.length + Buffer.byteLength(json));
  if (!made) return undefined;
  const whole = Buffer.concat([bytes.subarray(0, made.start), made.text, bytes.subarray(made.end)]).toString();
  expect([whole.slice(0, PADDING.length), whole.slice(-2)]).toEqual([PADDING, "\r\n"]);
  return JSON.parse(whole.slice(PADDING.length));
}

const renamed = (json: string) => edited(json, (...at) => renameFinish(...at, "STOP"));

test("the finish of the first candidate is renamed, no other and none in a tool's arguments", () => {
  const [first, second] = [f.ends("OTHER", f.trickyParts), f.ends("OTHER")].map(
    (event) => (event["candidates"] as object[])[0],
  );
  const event = { usageMetadata: f.USAGE, candidates: [first, second] };
  expect(renamed(JSON.stringify(event, null, 1))).toEqual({
    ...event,
    candidates: [{ ...first, finishReason: "STOP" }, second],
  });
});

test("where there is no finish there is nothing to rename", () => {
  for (const event of [{}, { candidates: [] }, { candidates: {} }, f.says("a"), f.trickyCall]) {
    expect(renamed(JSON.stringify(event))).toBeUndefined();
  }
});

test("a blocked prompt gets one candidate that the host knows, whatever stood there", () => {
  for (const event of [f.blocked, { candidates: [], ...f.blocked }]) {
    const { candidates } = edited(JSON.stringify(event), addBlocked);
    expect(candidates).toMatchObject([{ finishReason: "SAFETY" }]);
  }
  expect(edited("[1]", addBlocked)).toBeUndefined();
});
