import type { BackendName } from "../../core/account";
import type { CallTraits } from "../../core/call";
import type { Received } from "../../ports/upstream";
import type { Clock } from "../../ports/world";
import { classify } from "../errors/classify";
import { readBody } from "../stream/body";
import { outcomeOfReading, REFUSAL_BYTES } from "../stream/failure";
import type { Framing } from "../stream/framing";
import { openStream } from "../stream/open";
import { Source } from "../stream/source";
import { readWhole } from "../stream/whole";

export interface ReceiverParts {
  readonly backend: BackendName;
  readonly framing: Framing;
  readonly clock: Clock;
}

/** Reads one answer. Never throws, and knows no other form of the call. */
export type Receiver = (response: Response, traits: CallTraits, signal: AbortSignal | undefined) => Promise<Received>;

/** How a backend's answers are read: the same for all but for their framing. */
export function createReceiver(parts: ReceiverParts): Receiver {
  return async (response, traits, signal) => {
    try {
      if (response.status !== 200) return await refusal(parts, response, signal);
      return await answer(parts, response, { traits, signal });
    } catch (error) {
      return { kind: "failed", outcome: outcomeOfReading(error) };
    }
  };
}

interface Asked {
  readonly traits: CallTraits;
  readonly signal: AbortSignal | undefined;
}

async function answer(parts: ReceiverParts, response: Response, { traits, signal }: Asked): Promise<Received> {
  const { backend, framing, clock } = parts;
  const context = { backend, headers: response.headers, clock };
  if (!traits.streaming) return readWhole(await readBody(response, { clock, signal }), { framing, context, traits });
  // Only a response that fetch made has an address, and its bytes are its own: a clone gets a buffer of its own too.
  const copies = framing.eventByEvent && response.url === "";
  return openStream({ source: new Source({ body: response.body, clock, signal, copies }), framing, context, signal });
}

async function refusal(parts: ReceiverParts, response: Response, signal: AbortSignal | undefined): Promise<Received> {
  const { backend, clock } = parts;
  const { status, headers } = response;
  const source = new Source({ body: response.body, clock, signal });
  const body = (await source.readUpTo(REFUSAL_BYTES)).toString("utf8");
  return { kind: "failed", outcome: classify({ backend, status, headers, body, now: clock.now() }) };
}
