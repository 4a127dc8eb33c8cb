import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CaseContext } from "../../../src/simulator/cases/case";
import { findCase } from "../../../src/simulator/cases/table";

/** Collected answers of Google, kept beside the repository; without them there is nothing to compare with. */
const FOLDER = join(import.meta.dir, "../../../../shared/cases/google");
const present = existsSync(FOLDER);

interface Collected {
  readonly name: string;
  readonly backend: string;
  readonly status: number | null;
  readonly body: unknown;
  readonly raw: string | undefined;
}

const NO_ANSWERS = ["ca_generate_request", "oauth_callback_access_denied"];

const collected = (): Collected[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => {
      const { _meta, body, raw } = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
      return { name: file.slice(0, -5), backend: _meta.backend, status: _meta.http_status, body, raw };
    })
    .filter(({ name }) => !NO_ANSWERS.includes(name));

/** Everything a client goes by, wherever it stands in the body; invented ids and times of day left out. */
const FIELDS = [
  "code",
  "status",
  "reason",
  "domain",
  "@type",
  "quotaId",
  "quotaMetric",
  "quotaValue",
  "quotaResetDelay",
  "retryDelay",
  "error_subtype",
  "error_description",
  "reasonCode",
  "quota_limit",
  "quota_limit_value",
  "locale",
  "tierId",
  "tokenType",
];

function gist(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [`${path}[]`, ...value.flatMap((member) => gist(member, path))];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const own = FIELDS.includes(name) && typeof member !== "object" ? [`${path}.${name}=${member}`] : [];
    return [...own, ...gist(member, `${path}.${name}`)];
  });
}

const words = (text: unknown) => String(text).replace(/\s+/g, " ").trim();
const messageOf = (body: unknown) => {
  const [first] = Array.isArray(body) ? body : [body];
  return words(first?.error?.message ?? first?.error ?? "");
};

/** The model and project the collected body speaks of, so that sentences can be compared word by word. */
function contextFor({ backend, body }: Collected): CaseContext {
  const text = JSON.stringify(body ?? "");
  const model =
    /"model": ?"([^"]+)"|models\/(gemini[\w.-]+)|model:? (gemini[\w.-]+[\w])|your (gemini[\w.-]+) quota/.exec(text);
  const method = /GenerativeService\.(\w+)|PredictionService\.(\w+)|CloudCode\.(\w+)/.exec(text);
  return {
    backend: backend === "any" ? "code-assist" : (backend as CaseContext["backend"]),
    model: model?.slice(1).find(Boolean) ?? "gemini-2.5-pro",
    method: method?.slice(1).find(Boolean) ?? "GenerateContent",
    project: /projects\/p\//.test(text) ? "p" : "my-gcp-project",
    projectNumber: "123456789012",
    now: Date.parse("2026-03-01T10:00:00Z"),
    changes: {},
  };
}

const eventsOf = (raw: string): unknown[] =>
  raw
    .split(/\r?\n\r?\n/)
    .filter((event) => event.trim() !== "")
    .map((event) => JSON.parse(event.replace(/^data: /, "")));

const unwrapped = (event: unknown) => (event as { response?: unknown }).response ?? event;
const WITHOUT_VERSION = (_name: string, value: unknown) => (value === "EXAMPLE-MODEL" ? undefined : value);
const comparable = (event: unknown) => {
  const { modelVersion: _, ...rest } = unwrapped(event) as Record<string, unknown>;
  return JSON.parse(JSON.stringify(rest, WITHOUT_VERSION));
};

describe.skipIf(!present)("each collected answer of Google (skipped where ../shared/cases/google is absent)", () => {
  for (const one of present ? collected() : []) {
    test(one.name, () => {
      const answer = findCase(one.name)?.(contextFor(one));
      if (answer === undefined) throw new Error(`no answer is called ${one.name}`);
      if (answer.kind === "json") {
        expect(answer.status).toBe(one.status ?? 200);
        expect(gist(answer.body).sort()).toEqual(gist(one.body).sort());
        expect(messageOf(answer.body)).toBe(messageOf(one.body));
      } else if (answer.kind === "html") {
        expect({ status: answer.status, text: answer.text }).toEqual({ status: one.status ?? 0, text: one.raw ?? "" });
      } else {
        const ours = answer.events.map((event) => (typeof event === "string" ? JSON.parse(event) : event));
        expect(ours.map(comparable)).toEqual(eventsOf(one.raw ?? "").map(comparable));
      }
    });
  }
});

test("the comparison above has something to compare, or says why not", () => {
  if (!present) return;
  expect(collected().length).toBeGreaterThan(100);
});
