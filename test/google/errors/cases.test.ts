import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendName } from "../../../src/core/account";
import type { Failure } from "../../../src/core/outcome";
import { classify } from "../../../src/google/errors/classify";
import { classifyTokenRefusal } from "../../../src/google/errors/token-refusal";
import { CASE_NAMES, findCase } from "../../../src/simulator/cases/table";
import { bodyJson } from "../../../src/simulator/wire";
import { ROWS } from "../../fixture/google-refusals";
import { TOKEN_ROWS } from "../../fixture/google-token-refusals";

/** Answers of Google collected beside the repository; a checkout alone does not have them. */
const CASES = join(import.meta.dir, "../../../../shared/cases/google");
const present = existsSync(CASES);

const NOW = Date.parse("2026-11-20T12:00:00Z");

/** A refusal from elsewhere that has the name of a row. */
interface Named {
  readonly name: string;
  readonly status: number;
  readonly text: string;
}

/** The backends a name stands for: `any` must mean the same at each. */
const BACKENDS: Readonly<Record<string, readonly BackendName[]>> = {
  gl: ["gemini-api"],
  ca: ["code-assist"],
  vx: ["vertex"],
  any: ["gemini-api", "vertex", "code-assist"],
  html: ["gemini-api", "vertex", "code-assist"],
};

function failuresOf({ name, status, text: body }: Named): readonly Failure[] {
  const prefix = name.split("_")[0] ?? "";
  if (prefix === "oauth") return [classifyTokenRefusal({ status, body })];
  return (BACKENDS[prefix] ?? []).map((backend) =>
    classify({ backend, status, headers: new Headers(), body, now: NOW }),
  );
}

/** What two bodies with the same meaning share: all but their invented times, names and numbers. */
function gist(meaning: object): object {
  const { kind, scope, state, reason, cause, detailed, window, until, url, consumer, quotaId } = meaning as Record<
    string,
    unknown
  >;
  const has = {
    until: until !== undefined,
    url: url !== undefined,
    consumer: consumer !== undefined,
    quotaId: quotaId !== undefined,
  };
  return { kind, scope, state, reason, cause, detailed, window, ...has };
}

const MEANINGS = new Map([...ROWS, ...TOKEN_ROWS].map(({ name, means }) => [name, gist(means)]));

function compare(named: Named): void {
  for (const failure of failuresOf(named))
    expect(gist(failure)).toEqual(MEANINGS.get(named.name) ?? { name: "in no row" });
}

function simulated(name: string): Named | undefined {
  const context = {
    model: "gemini-2.5-pro",
    method: "GenerateContent",
    project: "example-project",
    projectNumber: "400000000001",
    now: NOW,
    changes: {},
  };
  const answer = findCase(name)?.({ backend: BACKENDS[name.split("_")[0] ?? ""]?.[0] ?? "oauth", ...context });
  if (answer === undefined || answer.kind === "events" || answer.status < 400) return undefined;
  return { name, status: answer.status, text: answer.kind === "html" ? answer.text : bodyJson(answer.body) };
}

function collected(file: string): Named | undefined {
  const { _meta, body, raw } = JSON.parse(readFileSync(join(CASES, file), "utf8"));
  if ((_meta.http_status ?? 0) < 400) return undefined;
  return { name: _meta.case, status: _meta.http_status, text: raw ?? JSON.stringify(body) };
}

const isNamed = (named: Named | undefined): named is Named => named !== undefined;

describe("what the simulator refuses with", () => {
  const refusals = CASE_NAMES.map(simulated).filter(isNamed);
  for (const named of refusals) test(named.name, () => compare(named));

  test("every row of the facts is among them", () => {
    const names = [...MEANINGS.keys()].filter((name) => /^(?:gl|ca|vx|any|html|oauth)_/.test(name));
    expect(refusals.map(({ name }) => name).sort()).toEqual(names.sort());
  });
});

describe.skipIf(!present)("what was collected of Google (skipped where it is not beside this checkout)", () => {
  const files = present ? readdirSync(CASES).filter((file) => file.endsWith(".json")) : [];
  const refusals = files.map(collected).filter(isNamed);
  for (const named of refusals) test(named.name, () => compare(named));

  test("there is something to compare", () => expect(refusals.length).toBeGreaterThan(80));
});
