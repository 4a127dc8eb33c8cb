import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SeatFound } from "../../../src/ports/login";
import { CASE_NAMES, findCase } from "../../../src/simulator/cases/table";
import { NOW } from "../../support/builders";
import { answering, json } from "./parts";

/** Answers of Google collected beside the repository; a checkout alone does not have them. */
const CASES = join(import.meta.dir, "../../../../shared/cases/google");
const present = existsSync(CASES);

interface Meaning {
  readonly found: Partial<SeatFound>;
  /** What the sentence must say, and what it must not. */
  readonly says?: readonly string[];
  readonly silent?: readonly string[];
}

const READY = { kind: "ready", project: expect.any(String) } as const;
const HELP = ["licence", "project of your own", "aistudio.google.com/apikey", "Vertex AI"];

/** What each answer of `loadCodeAssist` comes to for a person who named no project. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ca_load_free_tier_200: { found: { ...READY, tier: "free-tier" } },
  ca_load_paid_credits_200: { found: { ...READY, tier: "g1-pro-tier", tierName: expect.stringContaining("AI Pro") } },
  ca_load_standard_200: { found: { ...READY, tier: "standard-tier" } },
  ca_load_not_onboarded_200: {
    found: { kind: "needs-project" },
    says: ["project", "licence", "not currently available in your location"],
  },
  ca_load_unsupported_client_200: {
    found: { kind: "not-eligible", reasons: [expect.stringContaining("no longer supported")] },
    says: ["Google says: This client is no longer supported", ...HELP],
    silent: ["example@"],
  },
  ca_load_validation_required_200: {
    found: { kind: "needs-verification", url: expect.stringMatching(/^https:\/\/accounts\.google\.com\/.*EXAMPLE/) },
    says: ["Verify your account to continue."],
  },
};

async function compare(name: string, body: unknown): Promise<void> {
  const { calls, find } = answering(json(body));
  const found = await find();
  const { found: wanted, says = [], silent = [] } = MEANINGS[name] ?? { found: { kind: "no row" as "failed" } };
  expect(found).toMatchObject(wanted);
  const sentence = "sentence" in found ? found.sentence : "";
  for (const words of says) expect(sentence).toContain(words);
  for (const words of silent) expect(sentence).not.toContain(words);
  expect(calls.length).toBe(1);
}

describe("what the simulator says of a seat", () => {
  const names = CASE_NAMES.filter((name) => name.startsWith("ca_load_"));
  for (const name of names) {
    test(name, async () => {
      const answer = findCase(name)?.({
        backend: "code-assist",
        model: "gemini-2.5-pro",
        method: "LoadCodeAssist",
        project: "example-project",
        projectNumber: "400000000001",
        now: NOW,
        changes: {},
      });
      await compare(name, answer?.kind === "json" ? answer.body : undefined);
    });
  }

  test("every row is among them", () => expect([...names].sort()).toEqual(Object.keys(MEANINGS).sort()));
});

describe.skipIf(!present)("what was collected of Google (skipped where it is not beside this checkout)", () => {
  const files = present ? readdirSync(CASES).filter((file) => file.startsWith("ca_load_")) : [];
  for (const file of files) {
    test(file, async () => {
      const { _meta, body } = JSON.parse(readFileSync(join(CASES, file), "utf8"));
      await compare(_meta.case, body);
    });
  }

  test("there is something to compare", () => expect(files.length).toBeGreaterThan(5));
});
