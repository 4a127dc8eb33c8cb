import { describe, expect, test } from "bun:test";
import { createAccountProbe } from "../../src/google/account-probe";
import { createGeminiApiBackend } from "../../src/google/backends/gemini-api";
import { createVertexBackend } from "../../src/google/backends/vertex";
import type { ProjectRule } from "../../src/simulator/scenario";
import { anAccount } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { googleFetch } from "../support/google-fetch";
import { CALLER } from "../support/google-world";

const TOKEN = { kind: "bearer", token: CALLER.accessToken } as const;
const VERTEX = anAccount({ backend: "vertex", credential: "oauth", project: CALLER.project, location: "global" });
const GEMINI = anAccount({ backend: "gemini-api", credential: "oauth", quotaProject: CALLER.project });

function probing(rule: ProjectRule = {}) {
  const clock = fakeClock();
  const { fetch, calls } = googleFetch({ accounts: [CALLER], projects: { [CALLER.project]: rule } }, clock.now);
  const backends = {
    "gemini-api": createGeminiApiBackend({ clock, endpoint: "https://generativelanguage.googleapis.com" }),
    vertex: createVertexBackend({ clock, endpoint: undefined }),
  };
  return { probe: createAccountProbe({ fetch, backends }), calls };
}

describe("the first call of a new account", () => {
  for (const account of [VERTEX, GEMINI])
    test(`${account.backend}: one call that counts tokens, and it works`, async () => {
      const { probe, calls } = probing();
      expect(await probe.probe(account, TOKEN)).toEqual({ kind: "valid" });
      expect(calls.map(({ path }) => path)).toEqual(["count"]);
    });

  test("says that the API is switched off, with the address to switch it on", async () => {
    const { probe } = probing({ vertex: { disabled: true } });
    expect(await probe.probe(VERTEX, TOKEN)).toMatchObject({
      kind: "refused",
      outcome: { kind: "parked", state: "project-disabled", url: expect.stringContaining("https://") },
    });
  });

  test("says that nobody pays", async () => {
    const { probe } = probing({ vertex: { withoutBilling: true } });
    expect(await probe.probe(VERTEX, TOKEN)).toMatchObject({ outcome: { kind: "parked", state: "billing" } });
  });

  test("says that the token is none", async () => {
    const { probe } = probing();
    const result = await probe.probe(VERTEX, { kind: "bearer", token: "ya29.nobody" });
    expect(result).toMatchObject({ kind: "refused", outcome: { kind: "unauthorized" } });
  });

  test("a dead network is told, and giving up is nobody's failure", async () => {
    const backends = { vertex: createVertexBackend({ clock: fakeClock(), endpoint: undefined }) };
    const probe = createAccountProbe({ backends, fetch: () => Promise.reject(new TypeError("no network")) });
    expect(await probe.probe(VERTEX, TOKEN)).toMatchObject({ outcome: { kind: "transient", cause: "network" } });
    expect(await probe.probe(VERTEX, TOKEN, AbortSignal.abort())).toMatchObject({ outcome: { kind: "aborted" } });
  });
});
