import { expect, test } from "bun:test";
import { placeIn, placeOf } from "../../../src/core/quota/place";
import { recordKey } from "../../../src/core/quota/record";
import { anAccount, aSeat } from "../../support/builders";
import { aRecordOf, PRO } from "./parts";

test("two keys of one project are counted in one place, other models and projects elsewhere", () => {
  const place = (id: string, quotaProject: string, model = PRO) => placeOf(anAccount({ id, quotaProject }), model);
  expect(place("a1", "side-1")).toEqual(place("a2", "side-1"));
  expect(place("a1", "side-1").requestsLong).not.toBe(place("a1", "side-2").requestsLong);
  expect(place("a1", "side-1").requestsLong).not.toBe(place("a1", "side-1", "gemini-2.5-flash").requestsLong);
});

test("models that Code Assist counts together share a place", () => {
  expect(placeOf(aSeat(), "gemini-2.5-pro")).toEqual(placeOf(aSeat(), "gemini-3-pro-preview"));
});

test("the keys are those of the records", () => {
  for (const place of [
    placeOf(anAccount(), PRO),
    { ...placeIn("code-assist", "code-assist/1098", "pro"), peers: "" },
  ]) {
    const keyOf = (meter: "requests" | "input-tokens", period = place.period) =>
      recordKey(aRecordOf(place, { meter, period }));
    expect(place.requestsLong).toBe(keyOf("requests"));
    expect(place.inputTokensLong).toBe(keyOf("input-tokens"));
    expect(place.requestsMinute).toBe(keyOf("requests", "minute"));
    expect(place.inputTokensMinute).toBe(keyOf("input-tokens", "minute"));
  }
});
