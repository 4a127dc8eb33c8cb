import { describe, expect, test } from "bun:test";
import type { BackendName } from "../../../src/core/account";
import { classify } from "../../../src/google/errors/classify";
import { info, PLAIN } from "../../fixture/google-refusals-parts";

const consumer = (value: unknown, { reason = "SERVICE_DISABLED", backend = "gemini-api" as BackendName } = {}) => {
  const body = JSON.stringify({ error: { code: 403, details: [info(reason, PLAIN, { consumer: value as string })] } });
  return classify({ backend, status: 403, headers: new Headers(), body, now: 0 }).consumer;
};

describe("the project a call was counted for", () => {
  test("is named in one form, whichever Google takes", () => {
    expect(consumer("projects/400000000001")).toBe("projects/400000000001");
    expect(consumer("project_number:400000000001")).toBe("projects/400000000001");
    expect(consumer(" project:example-project\n")).toBe("projects/example-project");
    expect(consumer("projects/work.example:example-project")).toBe("projects/work.example:example-project");
  });

  test("comes with any kind of refusal", () => {
    for (const reason of ["RATE_LIMIT_EXCEEDED", "API_KEY_SERVICE_BLOCKED", "TOS_VIOLATION", "SOMETHING_NEW"]) {
      expect(consumer("projects/1", { reason })).toBe("projects/1");
    }
  });

  test("is never a key, and nothing odd", () => {
    const odd = [
      "api_key:AIzaEXAMPLE",
      "projects/AIzaEXAMPLE",
      "projects/",
      "projects/a/b",
      "",
      "x",
      7,
      "projects/me@work.example",
    ];
    for (const value of odd) expect(consumer(value)).toBeUndefined();
  });

  test("is left out where it is the project of the login's client: at the limits of Code Assist", () => {
    const backend = "code-assist";
    expect(consumer("projects/1", { reason: "RATE_LIMIT_EXCEEDED", backend })).toBeUndefined();
    expect(consumer("projects/1", { backend })).toBe("projects/1");
  });
});
