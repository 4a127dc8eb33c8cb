import type { Failure, Outcome } from "../../core/outcome";
import type { Backend, HostRequest, OutgoingRequest } from "../../ports/upstream";
import type { Clock, Fetch } from "../../ports/world";
import type { SimulatedAccount, SimulatedAccounts } from "./accounts";
import type { Supply } from "./supply";
import type { Turn } from "./turn";

/** An answer that runs on the virtual clock. `ended`: its last byte was read. */
export class SimulatedAnswer extends Response {
  constructor(
    readonly account: SimulatedAccount,
    readonly ended: Promise<Outcome>,
  ) {
    super(null);
  }
}

/** Google said no. */
class SimulatedRefusal extends Response {
  constructor(readonly outcome: Failure) {
    super(null, { status: 429 });
  }
}

/** A connection that never came about. */
class Unreachable extends Error {
  constructor(readonly outcome: Failure) {
    super(outcome.kind);
  }
}

interface WireParts {
  readonly supply: Supply;
  readonly accounts: SimulatedAccounts;
  readonly clock: Clock;
  readonly turnOf: (request: HostRequest) => Turn;
}

interface Flight {
  readonly account: SimulatedAccount;
  readonly turn: Turn;
}

/** The network and the backends of a simulation: what `encode` sends off, `fetch` takes to Google's rules and back. */
export function createWire({ supply, accounts, clock, turnOf }: WireParts) {
  const flights = new Map<string, Flight>();
  let count = 0;

  /** A call is judged the moment it is sent; only the way back takes time. */
  const fetch: Fetch = async (url, { signal }) => {
    const flight = flights.get(url);
    flights.delete(url);
    if (!flight) throw new Error(`nothing was sent to ${url}`);
    const { account, turn } = flight;
    const { model, inputTokens, networkMs, firstOutputMs } = turn;
    const outcome = supply.judge({ account, model, inputTokens, networkMs });
    await clock.sleep(networkMs + (outcome ? 0 : firstOutputMs), signal ?? undefined);
    if (!outcome) return new SimulatedAnswer(account, ending(turn));
    if (outcome.kind === "transient" && outcome.cause === "network") throw new Unreachable(outcome);
    return new SimulatedRefusal(outcome);
  };

  function ending({ inputTokens, firstOutputMs, networkMs, answerMs }: Turn): Promise<Outcome> {
    const usage = { inputTokens, outputTokens: OUTPUT_TOKENS, cachedTokens: 0, thoughtTokens: 0 };
    const success: Outcome = { kind: "success", usage, latencyMs: networkMs + firstOutputMs };
    return new Promise((resolve) => void clock.after(answerMs, () => resolve(success)));
  }

  function encode(request: HostRequest, account: SimulatedAccount): OutgoingRequest {
    const url = `simulated:${++count}`;
    flights.set(url, { account, turn: turnOf(request) });
    return { url, method: "POST", headers: {}, body: undefined };
  }

  const backend = (name: SimulatedAccount["backend"]): Backend => ({
    name,
    encode(request, _traits, { id }) {
      const account = accounts.byId.get(id);
      if (!account) throw new Error(`no account ${id} in this plan`);
      return encode(request, account);
    },
    receive: async (response) => {
      if (response instanceof SimulatedAnswer) return { kind: "answered", response, ended: response.ended, minted };
      if (response instanceof SimulatedRefusal) return { kind: "failed", outcome: response.outcome };
      throw new Error("an answer from elsewhere");
    },
    failed: (error) => (error instanceof Unreachable ? error.outcome : { kind: "aborted" }),
  });

  return { fetch, backends: { "gemini-api": backend("gemini-api"), "code-assist": backend("code-assist") } };
}

const OUTPUT_TOKENS = 200;
const minted = () => [];
