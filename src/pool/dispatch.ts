import { newBudget } from "../core/retry/budget";
import { createLoopGuard } from "../core/retry/loop";
import { candidatesFor } from "../core/route/candidates";
import type { HostRequest } from "../ports/upstream";
import type { DispatchParts, Shared } from "./errand";
import { Journey } from "./journey";
import type { Reply } from "./reply";
import { sendOnce } from "./send-once";

/** One request in, one reply out. Throws only the host's own abort. */
export type Dispatch = (request: HostRequest) => Promise<Reply>;

/** The whole story of a request, in the order it happens. One dispatch per process: it holds the retry budget. */
export function createDispatch(parts: DispatchParts): Dispatch {
  const shared: Shared = { loop: createLoopGuard(), budget: newBudget(parts.clock.now()), requestCount: 0 };
  return async function dispatch(request) {
    const call = parts.describe(request); //                              1. describe
    if (!call) return sendOnce(parts, request);
    const [candidate] = candidatesFor(call); //                           2. route
    const journey = new Journey(parts, shared, { request, call, candidate });
    try {
      for (;;) {
        const acquired = await journey.acquire(); //                      3. acquire
        if (acquired.kind !== "leased") return acquired;
        const access = await journey.authorize(acquired.lease); //        4. authorize
        const sent = await journey.send(acquired.lease, access); //       5. send
        const outcome = journey.settle(acquired.lease, access, sent); //  6. classify and settle
        const verdict = journey.decide(acquired.lease, access, outcome); // 7. decide
        const reply = await journey.answer(acquired.lease, { access, sent, outcome, verdict }); // 8. answer
        if (reply) return reply;
      }
    } catch (error) {
      journey.abandon();
      throw error;
    }
  };
}
