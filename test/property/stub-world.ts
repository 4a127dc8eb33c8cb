import type { Account, AccountId } from "../../src/core/account";
import type { CallTraits } from "../../src/core/call";
import type { Failure, Outcome } from "../../src/core/outcome";
import type { Policy } from "../../src/core/rotation/policy";
import { AccountPool } from "../../src/pool/account-pool";
import { createDispatch } from "../../src/pool/dispatch";
import { QuotaWatch } from "../../src/pool/quota-watch";
import type { Reply } from "../../src/pool/reply";
import type { AccountEntry } from "../../src/ports/account-store";
import type { Backend, HostRequest, Received, TokenSource } from "../../src/ports/upstream";
import type { Fetch } from "../../src/ports/world";
import { createMemoryState } from "../../src/storage/memory-state";
import { fakeClock } from "../support/fake-clock";
import { memoryStore } from "../support/pool-world";
import { recordingEvents } from "../support/recording-events";
import { seededChance } from "../support/seeded-chance";

/** One call as the stub of Google saw it. */
export interface SeenCall {
  readonly account: Account;
  readonly model: string;
  /** Which request it was part of, from 1. */
  readonly request: number;
  readonly at: number;
  /** When it was answered; the time it was sent at while it is out. */
  answeredAt: number;
  /** What it came to; absent while it is out. */
  outcome?: Outcome;
}

/** What Google says to a call, after how long. A success comes as a body of two pieces. */
export interface Says {
  readonly outcome: Failure | { readonly kind: "success" };
  readonly afterMs?: number;
}

export interface Ask {
  readonly session?: string;
  readonly parent?: string;
  readonly model?: string;
  readonly signal?: AbortSignal;
}

interface StubOptions {
  readonly accounts: readonly AccountEntry[];
  readonly says: (call: SeenCall) => Says;
  /** What a login came to that failed; most do not. */
  readonly login?: (account: Account) => Outcome | undefined;
  readonly policy?: Policy;
  readonly seed?: number;
}

/**
 * The real pool, loop, leases and state, with a backend that answers with an Outcome as it is told. Reading Google's words is
 * tested by its own tables; here every sequence of outcomes can happen, at the cost of no byte on the way.
 */
export function stubWorld({ accounts, says, login, policy = {}, seed = 1 }: StubOptions) {
  const [clock, events, state, store] = [fakeClock(), recordingEvents(), createMemoryState(), memoryStore(accounts)];
  const chance = seededChance(seed);
  const calls: SeenCall[] = [];
  const refreshed: AccountId[] = [];
  let requestCount = 0;
  const answers = new WeakMap<Response, SeenCall>();

  const fetch: Fetch = async (url, { signal, body }) => {
    const account = store.current().entries.find((entry) => entry.account.id === url)?.account;
    if (!account) throw new Error(`${url} was asked after it was removed`);
    const [request = "", model = ""] = String(body).split(" ");
    const call: SeenCall = { account, model, request: Number(request), at: clock.now(), answeredAt: clock.now() };
    calls.push(call);
    if (signal?.aborted) throw signal.reason;
    const { outcome, afterMs = 0 } = says(call);
    if (afterMs > 0) await clock.sleep(afterMs, signal ?? undefined);
    call.answeredAt = clock.now();
    call.outcome = outcome;
    const response = new Response(null);
    answers.set(response, call);
    return response;
  };

  const receive: Backend["receive"] = async (response, _traits, signal) => {
    const outcome = answers.get(response)?.outcome;
    if (!outcome) throw new Error("an answer nobody gave");
    return outcome.kind === "success" ? answered(signal) : { kind: "failed", outcome: outcome as Failure };
  };
  const failed: Backend["failed"] = (_error, signal) =>
    signal?.aborted
      ? { kind: "aborted" }
      : { kind: "transient", cause: "network", status: 0, sentence: "network: no route" };
  const encode: Backend["encode"] = (request, _traits, account) => ({
    url: account.id,
    method: "POST",
    headers: {},
    body: request.body,
  });
  const stub = { encode, receive, failed };
  const backends = {
    "gemini-api": { name: "gemini-api" as const, ...stub },
    "code-assist": { name: "code-assist" as const, ...stub },
  };
  const tokens: TokenSource = {
    access: async (account) => {
      const outcome = login?.(account);
      return outcome ? { kind: "failed", outcome } : { kind: "access", access: { kind: "bearer", token: account.id } };
    },
    invalidate: ({ id }) => void refreshed.push(id),
  };
  const serves = ({ backend }: Account) => backend !== "vertex";
  const chosen = { policy, modelGroups: {} };
  const settings = () => chosen;
  const pool = new AccountPool({ source: store, state, clock, chance, events, serves, settings });
  const quotas = new QuotaWatch({ probe: { probe: async () => [] }, state, clock });
  const parts = { pool, tokens, backends, quotas, fetch, clock, chance, events };
  const dispatch = createDispatch({
    ...parts,
    describe,
    hasSignatures: () => false,
    isRepairable: () => true,
    textChars: (body) => body.length,
  });

  /** Sends one request; `request` in the calls it makes is the number it gets. */
  function start({ session, parent, model = "m", signal }: Ask = {}): Promise<Reply> {
    const headers = new Headers();
    if (session !== undefined) headers.set("x-session-id", session);
    if (parent !== undefined) headers.set("x-parent-session-id", parent);
    return dispatch({ path: `/${model}`, method: "POST", headers, body: `${++requestCount} ${model}`, signal });
  }

  return { clock, events, state, store, pool, dispatch, start, calls, refreshed };
}

export type StubWorld = ReturnType<typeof stubWorld>;

function describe({ path, headers }: HostRequest): CallTraits {
  const [sessionId, parentSessionId] = [headers.get("x-session-id"), headers.get("x-parent-session-id")];
  return {
    model: path.slice(1),
    method: "generateContent",
    streaming: true,
    ...(sessionId === null ? {} : { sessionId }),
    ...(parentSessionId === null ? {} : { parentSessionId }),
  };
}

/** A body of two pieces that ends well when it is read, and as given up when it is cancelled or the caller leaves. */
function answered(signal: AbortSignal | undefined): Received {
  let left = 2;
  const { promise: ended, resolve } = Promise.withResolvers<Outcome>();
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const leave = () => {
          controller.error(signal?.reason);
          resolve({ kind: "aborted" });
        };
        signal?.addEventListener("abort", leave, { once: true });
        ended.then(() => signal?.removeEventListener("abort", leave));
      },
      pull(controller) {
        if (left-- > 0) return controller.enqueue(new Uint8Array([left]));
        controller.close();
        resolve({ kind: "success", usage: { inputTokens: 1, outputTokens: 1, cachedTokens: 0, thoughtTokens: 0 } });
      },
      cancel: () => resolve({ kind: "aborted" }),
    },
    { highWaterMark: 0 },
  );
  return { kind: "answered", response: new Response(body), ended, minted: () => [] };
}
