import { expect, test } from "bun:test";
import {
  bodyJson,
  goDuration,
  protoDuration,
  quotaFailure,
  spokenDuration,
  streamJson,
  timestamp,
} from "../../src/simulator/wire";

test.each([
  [0.539477544, "539.477544ms", "0.539477544s", "0s"],
  [2, "2s", "2s", "2s"],
  [62.5, "1m2.5s", "62.5s", "1m2s"],
  [3600, "1h0m0s", "3600s", "1h0m0s"],
  [21599.960323804, "5h59m59.960323804s", "21599.960323804s", "5h59m59s"],
  [581981.300432511, "161h39m41.300432511s", "581981.300432511s", "161h39m41s"],
])("%p seconds are printed as Go, protobuf and Google's sentences have it", (seconds, go, proto, spoken) => {
  expect([goDuration(seconds), protoDuration(seconds), spokenDuration(seconds)]).toEqual([go, proto, spoken]);
});

test("an instant is never before the true one", () => {
  expect(timestamp(Date.parse("2026-03-01T10:00:00.001Z"))).toBe("2026-03-01T10:00:01Z");
  expect(timestamp(Date.parse("2026-03-01T10:00:00.000Z"))).toBe("2026-03-01T10:00:00Z");
});

test("stream JSON has Google's blanks and escapes, and means the same", () => {
  const value = { a: [1, { b: "x <y> ü\n" }], none: undefined, nil: null };
  expect(streamJson(value)).toBe('{"a": [1,{"b": "x \\u003cy\\u003e ü\\n"}],"nil": null}');
  expect(JSON.parse(streamJson(value))).toEqual({ a: value.a, nil: null });
  expect(JSON.parse(bodyJson(value))).toEqual({ a: value.a, nil: null });
});

test("a limit of 0 is left out, as proto3 JSON does", () => {
  const [violation] = quotaFailure([{ metric: "m", quotaId: "q", limit: 0 }], undefined)["violations"] as object[];
  expect(violation).toEqual({ quotaMetric: "m", quotaId: "q" });
});
