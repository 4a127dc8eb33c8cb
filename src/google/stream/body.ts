import type { Clock } from "../../ports/world";
import { GivenUp, SILENCE_MS, Silence } from "./source";

export interface BodyParts {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/**
 * All of a body at once: on Bun 1.3.14 a small one comes some 60 µs sooner this way than through a reader.
 * Rejects with Silence where it is not whole in time, with GivenUp as soon as the caller gives up, or with what the
 * network says. The connection is the caller's to close: a body that is read this way cannot be cancelled.
 */
export function readBody(response: Response, { clock, signal }: BodyParts): Promise<Buffer<ArrayBuffer>> {
  if (signal?.aborted) return Promise.reject(new GivenUp());
  return new Promise((resolve, reject) => {
    const giveUp = () => close(() => reject(new GivenUp()));
    const cancelTimer = clock.after(SILENCE_MS, () => close(() => reject(new Silence())));
    const close = (tell: () => void) => {
      cancelTimer();
      signal?.removeEventListener("abort", giveUp);
      tell();
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    response.arrayBuffer().then(
      (bytes) => close(() => resolve(Buffer.from(bytes))),
      (error) => close(() => reject(signal?.aborted ? new GivenUp() : error)),
    );
  });
}
