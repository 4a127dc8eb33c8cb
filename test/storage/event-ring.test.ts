import { expect, test } from "bun:test";
import fc from "fast-check";
import type { PoolEvent } from "../../src/core/event";
import { redact } from "../../src/core/redact";
import { redactedEvents } from "../../src/storage/event-ring";

const degraded = (sentence: string): PoolEvent => ({ type: "storage.degraded", at: 1, sentence });

const SECRETS = [
  "AIzaSyExample-0123456789",
  "AQ.example-0123456789",
  "ya29.example",
  "1//example-refresh",
  "GOCSPX-example",
  "me@work.example",
  "Bearer abc.def",
  "client_secret=hush",
  "?key=hush",
  "-----BEGIN PRIVATE KEY-----\nabc",
  "eyJhbGciOi.abcdef.ghi",
];

test("looking at many texts at once finds what looking at each alone finds", () => {
  const aText = fc.array(fc.oneof(fc.constantFrom(...SECRETS), fc.string({ maxLength: 6 })), { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(aText, { maxLength: 5 }), (parts) => {
      const sentences = parts.map((each) => each.join(""));
      expect(redactedEvents(sentences.map(degraded))).toEqual(sentences.map((each) => degraded(redact(each))));
    }),
    { seed: 11, numRuns: 500 },
  );
});

test("events without a secret are handed on as they are", () => {
  const events = [degraded("The disk is full."), degraded("")];
  expect(redactedEvents(events)).toBe(events);
});
