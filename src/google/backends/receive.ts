import type { BackendName } from "../../core/account";
import type { CallTraits } from "../../core/call";
import type { Backend, Received } from "../../ports/upstream";
import type { Clock } from "../../ports/world";
import { classify } from "../errors/classify";
import { outcomeOfReading, REFUSAL_BYTES } from "../stream/failure";
import type { Framing } from "../stream/framing";
import { type AnswerParts, openStream } from "../stream/open";
import { Source } from "../stream/source";
import { readUpTo, readWhole } from "../stream/whole";

export interface ReceiverParts {
  readonly backend: BackendName;
  readonly framing: Framing;
  readonly clock: Clock;
}

/** How a backend's answers are read: the same for all but for their framing. */
export function createReceiver({ backend, framing, clock }: ReceiverParts): Backend["receive"] {
  return async (response, traits, signal) => {
    const source = new Source({ body: response.body, clock, signal });
    const context = { backend, headers: response.headers, clock };
    try {
      if (response.status !== 200) return await refusal(response.status, { source, framing, context, signal });
      return await answer({ source, framing, context, signal }, traits);
    } catch (error) {
      source.cancel();
      return { kind: "failed", outcome: outcomeOfReading(error) };
    }
  };
}

const answer = (parts: AnswerParts, traits: CallTraits): Promise<Received> =>
  traits.streaming ? openStream(parts) : readWhole(parts, traits);

async function refusal(status: number, { source, context }: AnswerParts): Promise<Received> {
  const { backend, headers, clock } = context;
  const body = (await readUpTo(source, REFUSAL_BYTES)).toString("utf8");
  return { kind: "failed", outcome: classify({ backend, status, headers, body, now: clock.now() }) };
}
