import type { CallTraits } from "../core/call";
import type { HostRequest } from "../ports/upstream";
import type { DispatchParts } from "./journey";
import type { Reply } from "./reply";

/** Stands for a call that is none of the model methods: it picks any account that serves Google's public API. */
const ANY_CALL: CallTraits = { model: "", method: "generateContent", streaming: false };

/** Anything else under the base URL (model lists, files): sent once with a picked account's credential, never retried. */
export async function sendOnce(parts: DispatchParts, request: HostRequest): Promise<Reply> {
  const { pool, tokens, backends } = parts;
  const wish = { call: ANY_CALL, model: "", left: new Set<string>(), backend: "gemini-api" as const };
  const acquired = pool.acquire(wish);
  if (acquired.kind === "refused") return { kind: "refused", refusal: acquired.refusal };
  const { lease } = acquired;
  const { account, credential } = lease.entry;
  try {
    const access = await tokens.access(account, credential, request.signal);
    const backend = backends["gemini-api"];
    if (access.kind === "failed" || !backend) return { kind: "refused", refusal: { kind: "empty" } };
    const options = { replaceSignatures: false };
    const { url, body, ...init } = backend.encode(request, undefined, account, access.access, options);
    const { signal } = request;
    const carried = { ...(body === undefined ? {} : { body }), ...(signal ? { signal } : {}) };
    const response = await parts.fetch(url, { ...init, ...carried, redirect: "manual", timeout: false });
    return { kind: "answered", response };
  } finally {
    lease.release();
  }
}
