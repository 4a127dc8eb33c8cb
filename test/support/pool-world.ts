import type { Account, BackendModelGroups, BackendName } from "../../src/core/account";
import type { CallTraits } from "../../src/core/call";
import type { Policy } from "../../src/core/rotation/policy";
import type { PoolSettings } from "../../src/core/settings";
import { createCodeAssistBackend } from "../../src/google/backends/code-assist";
import { createGeminiApiBackend } from "../../src/google/backends/gemini-api";
import type { GoogleBackend } from "../../src/google/backends/google-backend";
import { createVertexBackend } from "../../src/google/backends/vertex";
import { createCodeAssistSetup } from "../../src/google/code-assist-setup";
import { describe as describeCall } from "../../src/google/describe";
import { createOAuthRefresher } from "../../src/google/oauth";
import { createQuotaProbe } from "../../src/google/quota-probe";
import { hasSignatures, isRepairable } from "../../src/google/signatures";
import { textChars } from "../../src/google/text-chars";
import { AccountPool } from "../../src/pool/account-pool";
import { createDispatch } from "../../src/pool/dispatch";
import { QuotaWatch } from "../../src/pool/quota-watch";
import type { Reply } from "../../src/pool/reply";
import { SeatProjects } from "../../src/pool/seat-projects";
import { Tokens } from "../../src/pool/tokens";
import type { AccountEntry, AccountStore, AccountsView } from "../../src/ports/account-store";
import type { StateStore } from "../../src/ports/state-store";
import type { OAuthRefresher } from "../../src/ports/upstream";
import type { Fetch } from "../../src/ports/world";
import type { Scenario } from "../../src/simulator/scenario";
import { createMemoryState } from "../../src/storage/memory-state";
import { anAccount } from "./builders";
import { type FakeClock, fakeClock } from "./fake-clock";
import { type GoogleFetch, googleFetch } from "./google-fetch";
import { EXPRESS_KEY, SEAT, VERTEX_LOGIN } from "./google-world";
import { recordingEvents } from "./recording-events";
import { constantChance } from "./seeded-chance";

const GOOGLE = "http://google.example";

/** The key of an account of that name, the same for Google and for the pool. */
export const secretOf = (label: string): string => `AIza-example-${label}`;

/** An API key in a project of its own, unless told otherwise. */
export const key = (label: string, more: object = {}): AccountEntry => ({
  account: anAccount({ id: `k-${label}`, label, quotaProject: `of-${label}`, ...more }),
  credential: { kind: "api-key", key: secretOf(label) },
});

/** The Code Assist seat; its token has run out. */
export const seat = (more: object = {}): AccountEntry => ({
  account: anAccount({
    id: "s-seat",
    label: "seat",
    backend: "code-assist",
    credential: "oauth",
    project: SEAT.project,
    subject: "1098",
    ...more,
  }),
  credential: { kind: "oauth", refreshToken: SEAT.refreshToken, client: SEAT.client, generation: 1 },
});

/** The login for Vertex AI, asked at `global` unless told otherwise; its token has run out. */
export const vertex = (more: object = {}): AccountEntry => ({
  account: anAccount({
    id: "v-caller",
    label: "caller",
    backend: "vertex",
    credential: "oauth",
    project: VERTEX_LOGIN.project,
    ...more,
  }),
  credential: { kind: "oauth", refreshToken: VERTEX_LOGIN.refreshToken, client: VERTEX_LOGIN.client, generation: 1 },
});

/** The key of express mode. */
export const express = (more: object = {}): AccountEntry => ({
  account: anAccount({ id: "v-express", label: "express", backend: "vertex", ...more }),
  credential: { kind: "api-key", key: EXPRESS_KEY },
});

/** What a request of opencode looks like, as far as the pool cares. */
export interface Ask {
  readonly session?: string;
  readonly parent?: string;
  readonly model?: string;
  readonly method?: string;
  readonly body?: object;
  readonly signal?: AbortSignal;
}

export type World = ReturnType<typeof poolWorld>;

/** The real pool, backends and rules of Google in one process, under a clock that only the test moves. */
export function poolWorld(options: {
  accounts: AccountEntry[];
  google: Scenario;
  fetch?: (inner: Fetch) => Fetch;
  random?: number;
  /** How long every answer takes to come, by the test's clock; default no time at all. */
  latencyMs?: number;
  /** The same for the token endpoint alone. */
  tokenLatencyMs?: number | ((refreshToken: string) => number);
  /** A world whose process has ended: its time, its Google and what it learnt go on. */
  after?: { clock: FakeClock; google: GoogleFetch; state: StateStore };
  policy?: Policy;
  modelGroups?: BackendModelGroups;
  /** Instead of both, where they change. */
  settings?: () => PoolSettings;
}) {
  const clock: FakeClock = options.after?.clock ?? fakeClock();
  const google = options.after?.google ?? googleFetch(options.google, clock.now);
  const prompt = options.fetch?.(google.fetch) ?? google.fetch;
  const { latencyMs = 0, tokenLatencyMs = latencyMs } = options;
  const fetch = late(prompt, clock, latencyMs);
  const events = recordingEvents();
  const state = options.after?.state ?? createMemoryState();
  const store = memoryStore(options.accounts);
  const real = createOAuthRefresher({ fetch: prompt, tokenUrl: `${GOOGLE}/token` });
  // Its library is loaded at the first refresh: real time, which the test's clock must not overtake.
  const refresher: OAuthRefresher = {
    refresh: async (...asked) => {
      const result = await clock.hold(real.refresh(...asked));
      const lateMs = typeof tokenLatencyMs === "number" ? tokenLatencyMs : tokenLatencyMs(asked[0].refreshToken);
      return onTheWay(clock, lateMs, asked[1]).then(
        () => result,
        () => ({ kind: "failed", outcome: { kind: "aborted" } }) as const,
      );
    },
  };
  const isParked = (id: string) => state.current().parked.has(id);
  const tokens = new Tokens({ store, refresher, clock, events, isParked });
  const speech = { endpoint: GOOGLE, clock };
  const backends: Partial<Record<BackendName, GoogleBackend>> = {
    "gemini-api": createGeminiApiBackend(speech),
    "code-assist": createCodeAssistBackend({ ...speech, newId: () => "prompt-1" }),
    vertex: createVertexBackend({ clock, endpoint: undefined }),
  };
  const serves = ({ backend, credential }: Account, call: CallTraits) =>
    (credential === "api-key" || credential === "oauth") && (backends[backend]?.supports(call) ?? false);
  const chance = constantChance(options.random ?? 0.5);
  const chosen = { policy: options.policy ?? {}, modelGroups: options.modelGroups ?? {} };
  const settings = options.settings ?? (() => chosen);
  const pool = new AccountPool({ source: store, state, clock, chance, events, serves, settings });
  const quotas = new QuotaWatch({
    probe: createQuotaProbe({ fetch, codeAssist: GOOGLE }),
    state,
    clock,
    inFlightNow: () => pool.inFlightNow(),
  });
  const setup = createCodeAssistSetup({ fetch, clock, endpoint: GOOGLE });
  const dispatch = createDispatch({
    quotas,
    pool,
    tokens: new SeatProjects({ tokens, setup, store, clock, events }),
    backends,
    describe: describeCall,
    hasSignatures,
    isRepairable,
    textChars,
    fetch,
    clock,
    chance,
    events,
  });

  function start({
    session = "ses-1",
    parent,
    model = "gemini-2.5-pro",
    method,
    body,
    signal,
  }: Ask = {}): Promise<Reply> {
    const headers = new Headers({ "x-session-id": session, ...(parent ? { "x-parent-session-id": parent } : {}) });
    const path = `/models/${model}:${method ?? "streamGenerateContent?alt=sse"}`;
    const text = JSON.stringify(body ?? { contents: [{ role: "user", parts: [{ text: "hello" }] }] });
    return dispatch({ path, method: "POST", headers, body: text, signal });
  }

  /** Asks, reads the whole answer and lets time pass as needed; the reply in one line. */
  async function ask(what: Ask = {}): Promise<string> {
    return clock.finish(start(what).then(told), 3_600_000);
  }

  return { clock, google, events, state, store, pool, dispatch, start, ask, tokens };
}

/** A fetch whose answers take a while on the way, and whose callers may give up meanwhile. */
const late =
  (inner: Fetch, clock: FakeClock, latencyMs: number): Fetch =>
  async (url, init) => {
    const answer = inner(url, init);
    answer.catch(() => {});
    await onTheWay(clock, latencyMs, init.signal ?? undefined);
    return answer;
  };

/** Time that passes without anybody sleeping; rejects as soon as the signal aborts. */
async function onTheWay(clock: FakeClock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms === 0) return;
  await new Promise<void>((resolve, reject) => {
    const cancel = clock.after(ms, resolve);
    signal?.addEventListener("abort", () => {
      cancel();
      reject(signal.reason);
    });
  });
}

/** A reply in one line. */
export async function told(reply: Reply): Promise<string> {
  switch (reply.kind) {
    case "answered":
      return `${reply.response.status} ${textOf(await reply.response.text())}`;
    case "rejected":
      return `rejected ${reply.outcome.status}: ${reply.outcome.sentence}`;
    case "refused": {
      const { refusal } = reply;
      return `refused ${refusal.kind}${"until" in refusal ? ` until ${new Date(refusal.until).toISOString().slice(11, 19)}` : ""}`;
    }
  }
}

/** The text of all parts of an answer, streamed or whole. */
export function textOf(body: string): string {
  const events = body.startsWith("data:")
    ? body.split(/\r?\n\r?\n/).map((event) => event.replace(/^data: /, ""))
    : [body];
  return events
    .filter((event) => event.trim() !== "")
    .flatMap((event) => JSON.parse(event).candidates?.[0]?.content?.parts ?? [])
    .map((part: { text?: string; functionCall?: { name: string } }) => part.text ?? `[${part.functionCall?.name}]`)
    .join("");
}

/** Accounts that can be changed by hand, as another process would. */
export function memoryStore(
  initial: readonly AccountEntry[],
): AccountStore & { set(entries: readonly AccountEntry[]): void; readonly updates: string[] } {
  let view: AccountsView = { entries: initial };
  const updates: string[] = [];
  const listeners = new Set<() => void>();
  return {
    updates,
    current: () => view,
    set: (entries) => {
      view = { entries };
      for (const listener of listeners) listener();
    },
    watch: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    update: async (operations) =>
      operations.map((operation) => {
        updates.push(operation.type);
        if (operation.type === "replace-credential") {
          const replace = (entry: AccountEntry) =>
            entry.account.id === operation.id ? { ...entry, credential: operation.credential } : entry;
          view = { entries: view.entries.map(replace) };
        }
        if (operation.type === "set-project") {
          const { id, project, isFill } = operation;
          const isOpen = ({ account }: AccountEntry) => account.id === id && !(isFill && account.project !== undefined);
          const place = (entry: AccountEntry) =>
            isOpen(entry) ? { ...entry, account: { ...entry.account, project } } : entry;
          view = { entries: view.entries.map(place) };
        }
        const id = "id" in operation ? operation.id : "name" in operation ? operation.name : operation.account.id;
        return { id, effect: "updated" as const };
      }),
    exclusively: (_id, work) => work(),
  };
}
