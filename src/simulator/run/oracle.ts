import type { EpochMs } from "../../core/account";
import type { Clock } from "../../ports/world";
import type { SimulatedAccount, SimulatedAccounts } from "./accounts";
import type { Answered, Service } from "./service";
import type { Supply } from "./supply";
import { latencyOf, type Turn } from "./turn";

interface OracleParts {
  readonly accounts: SimulatedAccounts;
  readonly supply: Supply;
  readonly clock: Clock;
}

interface Waiting {
  readonly turn: Turn;
  readonly resolve: (answer: Answered) => void;
}

/**
 * A client that knows every quota, window and outage: it never asks in vain, serves in the order of arrival as soon as any
 * account can, and spends first what is lost soonest. What it serves is what can be served of a plan.
 */
export function createOracle(parts: OracleParts): Service {
  const oracle = new Oracle(parts);
  return (turn) => oracle.ask(turn);
}

class Oracle {
  readonly #parts: OracleParts;
  /** By model: who cannot be served keeps nobody waiting who asks for another one. */
  readonly #queues = new Map<string, Waiting[]>();
  #wakeAt: EpochMs = Number.POSITIVE_INFINITY;

  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  ask(turn: Turn): Promise<Answered> {
    const queue = this.#queues.get(turn.model) ?? [];
    this.#queues.set(turn.model, queue);
    const account = queue.length === 0 ? this.#choose(turn) : undefined;
    if (account) return this.#serve(account, turn);
    return new Promise((resolve) => {
      queue.push({ turn, resolve });
      if (queue.length === 1) this.#wakeFor(turn);
    });
  }

  /** Of those that can answer now the one whose window ends first. */
  #choose({ model, inputTokens }: Turn): SimulatedAccount | undefined {
    const { accounts, supply, clock } = this.#parts;
    let best: SimulatedAccount | undefined;
    let bestResetAt = Number.POSITIVE_INFINITY;
    for (const account of accounts.all) {
      if (supply.freeAt({ account, model, inputTokens }) > clock.now()) continue;
      const { resetAt } = supply.left(account, model);
      if (best && resetAt >= bestResetAt) continue;
      best = account;
      bestResetAt = resetAt;
    }
    return best;
  }

  async #serve(account: SimulatedAccount, turn: Turn): Promise<Answered> {
    const { supply, clock } = this.#parts;
    const { model, inputTokens, answerMs } = turn;
    supply.judge({ account, model, inputTokens, networkMs: turn.networkMs });
    await clock.sleep(latencyOf(turn));
    return { kind: "answered", account, ended: clock.sleep(answerMs) };
  }

  /** Looks again when the first account could answer this. */
  #wakeFor({ model, inputTokens }: Turn): void {
    const { accounts, supply, clock } = this.#parts;
    const at = Math.min(...accounts.all.map((account) => supply.freeAt({ account, model, inputTokens })));
    if (at >= this.#wakeAt) return;
    this.#wakeAt = at;
    clock.after(at - clock.now(), () => {
      if (this.#wakeAt === at) this.#pump();
    });
  }

  #pump(): void {
    this.#wakeAt = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues.values()) {
      const taken = this.#serveFrom(queue);
      queue.splice(0, taken);
      const [next] = queue;
      if (next) this.#wakeFor(next.turn);
    }
  }

  /** Serves a queue as far as it goes; how many that were. */
  #serveFrom(queue: readonly Waiting[]): number {
    let taken = 0;
    for (const { turn, resolve } of queue) {
      const account = this.#choose(turn);
      if (!account) break;
      taken += 1;
      this.#serve(account, turn).then(resolve);
    }
    return taken;
  }
}
