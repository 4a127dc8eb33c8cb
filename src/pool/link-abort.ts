/**
 * A controller that follows the host's signal until it is closed. Closing also ends the connection of an answer that was
 * not read to its end: on Bun 1.3.14 cancelling the body alone leaves Google talking, and the talk is billed.
 */
export function linkAbort(signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const follow = () => controller.abort(signal?.reason);
  if (signal?.aborted) follow();
  else signal?.addEventListener("abort", follow, { once: true });
  const close = () => {
    signal?.removeEventListener("abort", follow);
    controller.abort(ENDED);
  };
  return { controller, close };
}

const ENDED = new DOMException("the answer has ended", "AbortError");
