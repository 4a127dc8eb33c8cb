import type { DurationMs } from "../core/account";
import type { Clock } from "../ports/world";

/** Gives `work` a signal that ends it after `ms`. */
export async function within<T>(
  ms: DurationMs,
  work: (signal: AbortSignal) => Promise<T>,
  clock: Pick<Clock, "after">,
): Promise<T> {
  const controller = new AbortController();
  const cancel = clock.after(ms, () => controller.abort(new Error("there was no answer in time")));
  try {
    return await work(controller.signal);
  } finally {
    cancel();
  }
}
