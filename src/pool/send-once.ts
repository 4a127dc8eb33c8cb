import type { DurationMs } from "../core/account";
import type { CallTraits } from "../core/call";
import { isFailure, type Outcome } from "../core/outcome";
import type { HostRequest } from "../ports/upstream";
import type { DispatchParts } from "./errand";
import { fetchEncoded } from "./fetch-encoded";
import { giveUp } from "./give-up";
import type { Lease } from "./lease";
import { linkAbort } from "./link-abort";
import type { Reply } from "./reply";

/** Stands for a call that is none of the model methods: it picks any account that serves Google's public API. */
const ANY_CALL: CallTraits = { model: "", method: "generateContent", streaming: false };
const LIMIT_MS: DurationMs = 600_000;

/** Anything else under the base URL (model lists, files): sent once with a picked account's credential, never retried. */
export async function sendOnce(parts: DispatchParts, request: HostRequest): Promise<Reply> {
  const everybody = { left: new Set<string>(), backend: "gemini-api" as const };
  const wish = { call: ANY_CALL, model: "", ...everybody, textChars: () => 0, requestId: "" };
  const acquired = parts.pool.acquire(wish);
  if (acquired.kind === "refused") return { kind: "refused", refusal: acquired.refusal };
  const { lease } = acquired;
  const link = linkAbort(request.signal);
  const late = () => link.controller.abort(new DOMException("too late", "TimeoutError"));
  let cancel = parts.clock.after(LIMIT_MS, late);
  const end = () => {
    cancel();
    link.close();
    lease.release();
  };
  try {
    const sent = await sendWith(parts, request, lease, link.controller.signal);
    if (sent instanceof Response) {
      cancel();
      // A file may take long. A body that nobody reads holds its account no longer than this.
      cancel = parts.clock.after(LIMIT_MS, () => lease.release());
      return { kind: "answered", response: whole(sent, end) };
    }
    end();
    if (!isFailure(sent)) throw request.signal?.reason ?? new DOMException("The call was aborted", "AbortError");
    // What Google refuses here is the answer: nobody is asked again.
    if (sent.status >= 400 && sent.status < 500) return { kind: "rejected", outcome: sent };
    return giveUp(sent, { label: lease.entry.account.label, model: "", now: parts.clock.now() });
  } catch (error) {
    end();
    throw error;
  }
}

/** The same answer; `onEnd` runs once its body has ended, failed or been given up. Nothing is read ahead. */
function whole({ body, status, headers }: Response, onEnd: () => void): Response {
  if (body === null) {
    onEnd();
    return new Response(null, { status, headers });
  }
  const reader = body.getReader();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        onEnd();
      },
      async cancel(reason) {
        await reader.cancel(reason).finally(onEnd);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(stream, { status, headers });
}

/** Google's answer with its type alone, or what the attempt came to. The host's abort ends it, also while the body is read. */
async function sendWith(
  { tokens, backends, fetch: send }: DispatchParts,
  request: HostRequest,
  { entry: { account, credential } }: Lease,
  signal: AbortSignal,
): Promise<Response | Outcome> {
  const access = await tokens.access(account, credential, request.signal);
  if (access.kind === "failed") return access.outcome;
  const backend = backends["gemini-api"];
  if (!backend) throw new Error("the Gemini API is not built in");
  const encoded = backend.encode(request, undefined, account, access.access, { signatures: { kind: "keep" } });
  try {
    const response = await fetchEncoded(send, encoded, signal);
    if (!response.ok) {
      const received = await backend.receive(response, ANY_CALL, signal);
      if (received.kind !== "answered") return received.outcome;
    }
    const type = response.headers.get("content-type");
    return new Response(response.body, {
      status: response.status,
      headers: type === null ? {} : { "content-type": type },
    });
  } catch (error) {
    return backend.failed(error, request.signal);
  }
}
