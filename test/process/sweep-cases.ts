import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CASE_NAMES } from "../../src/simulator/cases/table";
import type { FaultRule, Scenario, ScenarioAccount } from "../emulator/scenario";
import { MARK } from "./planted";

/** One home with one pool: what it asks, and how often. */
export interface SweepCase {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly path: string;
  readonly calls: number;
}

/** The user's own secrets are as easy to find as those of Google's answers. */
const CLIENT = { id: "own-client.apps.example", secret: `client-${MARK}` };
const person = (name: string) => ({ refreshToken: `1//${MARK}-${name}`, email: `${MARK}.${name}@work.example` });
const keyOf = (name: string) => `AIza${MARK}-${name}`;

type Kind = "key" | "express" | "seat" | "vertex";

interface Spoiled {
  readonly name: string;
  readonly kind: Kind;
  readonly fault?: Omit<FaultRule, "on"> & { readonly path?: "token" | "quota" };
  readonly streaming: boolean;
}

const KIND_OF: readonly (readonly [RegExp, Kind])[] = [
  [/^ca_/, "seat"],
  [/^oauth_/, "seat"],
  [/^vx_401/, "express"],
  [/^vx_/, "vertex"],
  [/^/, "key"],
];

/** Each named refusal for an account of its own; bodies that are no answers to a call to a model have none. */
const REFUSED: readonly Spoiled[] = CASE_NAMES.filter((name) => !/_200$/.test(name)).map((name) => ({
  name,
  kind: KIND_OF.find(([pattern]) => pattern.test(name))?.[1] ?? "key",
  fault: { answer: name, ...(name.startsWith("oauth_") ? { path: "token" as const } : {}) },
  streaming: name.startsWith("sse_"),
}));

const IN_STREAMS = ["gl_429_free_rpd", "gl_503_high_demand", "gl_400_unknown_field", "gl_403_consumer_suspended"];
const STREAMED: readonly Spoiled[] = IN_STREAMS.flatMap((error) =>
  ["mid-error", "error-first"].map((answer) => ({
    name: `${answer}-${error}`,
    kind: "key" as const,
    fault: { answer, with: { error } },
    streaming: true,
  })),
);
const GOOD: readonly Spoiled[] = (["key", "express", "seat", "vertex"] as const).flatMap((kind) =>
  [true, false].map((streaming) => ({ name: `quota-good-${kind}-${streaming}`, kind, streaming })),
);
const BAD_TOKENS: readonly Spoiled[] = (["any_401_unauthenticated", "any_403_scope_insufficient"] as const).map(
  (name) => ({ name: `seat-${name}`, kind: "seat", fault: { answer: name }, streaming: false }),
);

const ALL: readonly Spoiled[] = [...REFUSED, ...STREAMED, ...GOOD, ...BAD_TOKENS];

/** What Google says to whom. */
export function sweepScenario(): Scenario {
  return {
    accounts: ALL.map(emulated),
    faults: ALL.flatMap(({ name, fault }) => {
      if (!fault) return [];
      const { path = "generate", ...rest } = fault;
      return [{ ...rest, on: { account: name, path } }];
    }),
    replies: [
      {
        parts: [{ text: "Hello." }, { functionCall: { name: "look", args: {} } }],
      },
    ],
  };
}

function emulated({ name, kind }: Spoiled): ScenarioAccount {
  if (kind === "key") return { label: name, key: keyOf(name), project: `project-${ALL.length}` };
  if (kind === "express") return { label: name, expressKey: keyOf(name), project: "prod-8" };
  return { label: name, ...person(name), client: CLIENT, project: "work-123" };
}

/** The same as the accounts file keeps it. */
function stored({ name, kind }: Spoiled): object {
  const backend = kind === "key" ? "gemini-api" : kind === "seat" ? "code-assist" : "vertex";
  const account = { id: `id-${name}`, label: name, backend, enabled: true };
  if (kind === "key" || kind === "express") return { ...account, credential: { kind: "api-key", key: keyOf(name) } };
  const login = { kind: "oauth", subject: "1098", client: CLIENT, ...person(name), generation: 1 };
  return { ...account, project: "work-123", credential: login };
}

const MODEL = "/models/gemini-2.5-flash";
const pathOf = (streaming: boolean) => MODEL + (streaming ? ":streamGenerateContent?alt=sse" : ":generateContent");

/**
 * Makes a home for each, and one of each backend where many accounts are refused in turn. `few`: not for what is refused at the call
 * itself, which those many show too.
 */
export function makeCases(root: string, endpoints: object, few: boolean): readonly SweepCase[] {
  const single = (few ? ALL.filter((one) => !REFUSED.includes(one) || one.streaming || one.fault?.path) : ALL).map(
    (one) => {
      const calls = one.fault ? 1 : 2;
      return makeCase(join(root, one.name), endpoints, {
        name: one.name,
        accounts: [one],
        streaming: one.streaming,
        calls,
      });
    },
  );
  const many = (["key", "seat", "vertex"] as const).map((kind) => {
    const accounts = ALL.filter((one) => one.kind === kind && one.fault !== undefined);
    const name = `rotation-${kind}`;
    return makeCase(join(root, name), endpoints, { name, accounts, streaming: false, calls: 3 });
  });
  return [...single, ...many];
}

interface CaseWish {
  readonly name: string;
  readonly accounts: readonly Spoiled[];
  readonly streaming: boolean;
  readonly calls: number;
}

function makeCase(root: string, endpoints: object, { name, accounts, streaming, calls }: CaseWish): SweepCase {
  const config = join(root, "config", "opencode");
  for (const part of [config, join(root, "data"), join(root, "state"), join(root, "cache")])
    mkdirSync(part, { recursive: true });
  writeFileSync(join(config, "gemini-pool.jsonc"), JSON.stringify({ endpoints }));
  const file = { version: 1, accounts: accounts.map(stored), removed: [] };
  writeFileSync(join(config, "gemini-auth.json"), JSON.stringify(file), { mode: 0o600 });
  const env = {
    HOME: root,
    XDG_CONFIG_HOME: join(root, "config"),
    XDG_DATA_HOME: join(root, "data"),
    XDG_STATE_HOME: join(root, "state"),
    XDG_CACHE_HOME: join(root, "cache"),
  };
  return { name, env, path: pathOf(streaming), calls };
}
