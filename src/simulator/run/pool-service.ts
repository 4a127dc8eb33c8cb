import type { CallTraits } from "../../core/call";
import type { Refusal } from "../../core/refusal";
import type { Policy } from "../../core/rotation/policy";
import { DEFAULT_SETTINGS } from "../../core/settings";
import { AccountPool } from "../../pool/account-pool";
import { createDispatch } from "../../pool/dispatch";
import { QuotaWatch } from "../../pool/quota-watch";
import type { Reply } from "../../pool/reply";
import type { StateStore } from "../../ports/state-store";
import type { HostRequest, TokenSource } from "../../ports/upstream";
import type { Chance, Clock, EventSink } from "../../ports/world";
import type { SimulatedAccounts } from "./accounts";
import { createSimulatedProbe } from "./probe";
import type { Answered, Service } from "./service";
import type { Supply } from "./supply";
import type { Turn } from "./turn";
import { createWire, SimulatedAnswer } from "./wire";

/** What a simulated pool is made of. */
export interface SimulatedPoolParts {
  readonly accounts: SimulatedAccounts;
  readonly supply: Supply;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly state: StateStore;
  readonly policy: Policy;
  /** The models that are asked for. */
  readonly models: readonly string[];
  /** Whether bodies are as long as their tokens: only where a limit counts tokens, since long ones cost time. */
  readonly sizedBodies: boolean;
}

const SILENT: EventSink = { emit: () => {} };

/** Every login works. */
const TOKENS: TokenSource = {
  access: async ({ id }) => ({ kind: "access", access: { kind: "bearer", token: id } }),
  invalidate: () => {},
};

/**
 * The real pool, its loop and its state over simulated backends: the one place that puts them together. Everything that the
 * pool decides is its own; the callers, the network and Google are simulated.
 */
export function openSimulatedPool(parts: SimulatedPoolParts): Service {
  const { accounts, supply, clock, chance, state, policy, sizedBodies } = parts;
  const turns = new WeakMap<HostRequest, Turn>();
  const turnOf = (request: HostRequest): Turn => {
    const turn = turns.get(request);
    if (!turn) throw new Error("a request that nobody asked");
    return turn;
  };
  const { fetch, backends } = createWire({ supply, accounts, clock, turnOf });
  const view = { entries: accounts.all.map(({ entry }) => entry) };
  const source = { current: () => view };
  const settings = { ...DEFAULT_SETTINGS, policy };
  const serves = () => true;
  const poolParts = { source, state, clock, events: SILENT, serves, settings: () => settings, chance };
  const pool = new AccountPool(poolParts);
  const describe = (request: HostRequest): CallTraits => traitsOf(turnOf(request));
  const world = { clock, chance, fetch, events: SILENT };
  const quotas = new QuotaWatch({
    probe: createSimulatedProbe(parts),
    state,
    clock,
    inFlightNow: () => pool.inFlightNow(),
  });
  const dispatch = createDispatch({ ...world, ...UNSIGNED, pool, quotas, tokens: TOKENS, backends, describe });
  return async (turn) => {
    const request = requestOf(turn, sizedBodies);
    turns.set(request, turn);
    return answeredOf(await dispatch(request));
  };
}

/** There are no thought signatures here. */
const UNSIGNED = { hasSignatures: () => false, isRepairable: () => false, textChars: (body: string) => body.length };

const HEADERS = new Headers();

/** Four letters are counted as one token. */
const LETTERS_PER_TOKEN = 4;

function requestOf({ sessionId, number, model, inputTokens }: Turn, sized: boolean): HostRequest {
  const name = `${sessionId} ${number}`;
  const body = sized ? name.padEnd(inputTokens * LETTERS_PER_TOKEN, ".") : name;
  const path = `/models/${model}:streamGenerateContent?alt=sse`;
  return { path, method: "POST", headers: HEADERS, body, signal: undefined };
}

const traitsOf = ({ sessionId, parentSessionId, model }: Turn): CallTraits => ({
  model,
  method: "streamGenerateContent",
  streaming: true,
  sessionId,
  ...(parentSessionId === undefined ? {} : { parentSessionId }),
});

/** What opencode makes of a reply, as `opencode/answer` turns it into a status. */
function answeredOf(reply: Reply): Answered {
  switch (reply.kind) {
    case "answered": {
      const { response } = reply;
      if (!(response instanceof SimulatedAnswer)) throw new Error("the pool gave an answer that is not Google's");
      return { kind: "answered", account: response.account, ended: response.ended };
    }
    case "rejected":
      return { kind: "stop", forGood: false };
    case "refused":
      return refusedAs(reply.refusal);
  }
}

function refusedAs(refusal: Refusal): Answered {
  if ("until" in refusal) return { kind: "later", until: refusal.until };
  if (refusal.kind === "broken") return { kind: "soon" };
  return { kind: "stop", forGood: refusal.kind === "person" || refusal.kind === "empty" };
}
