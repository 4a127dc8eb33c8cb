import type { Fetch } from "../../src/ports/world";
import type { Answer, Step } from "../../src/simulator/answer";
import { createGoogle, type Google } from "../../src/simulator/google";
import type { Scenario } from "../../src/simulator/scenario";

/** One call as Google saw it. */
export interface SeenCall {
  readonly at: number;
  readonly account: string | undefined;
  readonly path: string;
  readonly answer: string;
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly signatures: Answer["signatures"];
}

/** Google's rules behind a fetch of our own: no sockets, and the time of a test's clock. */
export interface GoogleFetch {
  readonly fetch: Fetch;
  readonly google: Google;
  readonly calls: SeenCall[];
  /** Generate calls only, as "label: answer". */
  said(): string[];
}

const encoder = new TextEncoder();

/** Answers of a scenario; a status of 0 is a connection that never answers until it is aborted. */
export function googleFetch(scenario: Scenario, now: () => number): GoogleFetch {
  const google = createGoogle(scenario, now());
  const calls: SeenCall[] = [];
  const fetch: Fetch = async (url, init) => {
    if (init.signal?.aborted) throw init.signal.reason;
    const { pathname, search } = new URL(url);
    const headers = Object.fromEntries(new Headers(init.headers));
    const body = typeof init.body === "string" ? init.body : "";
    const answer = google.answer(
      { method: init.method ?? "GET", target: `${pathname}${search}`, headers, body },
      now(),
    );
    const { account, path, name, status, signatures } = answer;
    calls.push({ at: now(), account, path, answer: name, status, body, headers, signatures });
    if (status === 0) return never(init.signal ?? undefined);
    return new Response(bodyOf(answer.steps, init.signal ?? undefined), { status, headers: answer.headers });
  };
  const said = () => calls.filter(({ path }) => path === "generate").map((call) => `${call.account}: ${call.answer}`);
  return { fetch, google, calls, said };
}

const never = (signal: AbortSignal | undefined) =>
  new Promise<Response>((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));

function bodyOf(steps: readonly Step[], signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
  let index = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const step = steps[index++];
        if (!step) return controller.close();
        if ("send" in step) {
          const bytes = typeof step.send === "string" ? encoder.encode(step.send) : step.send;
          for (let times = step.times ?? 1; times > 0; times--) controller.enqueue(bytes);
          return;
        }
        if ("cut" in step) return controller.error(new TypeError("The socket connection was closed unexpectedly"));
        if ("holdMs" in step)
          return new Promise((_r, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      },
    },
    { highWaterMark: 0 },
  );
}
