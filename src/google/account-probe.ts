import type { BackendName } from "../core/account";
import type { CallTraits } from "../core/call";
import type { AccountProbe } from "../ports/login";
import type { Backend, HostRequest } from "../ports/upstream";
import type { Fetch } from "../ports/world";

/** What the first call works with. */
export interface AccountProbeOptions {
  readonly fetch: Fetch;
  readonly backends: Readonly<Partial<Record<BackendName, Backend>>>;
}

/** Any model will do: what an account may do is looked at before the model is. */
const MODEL = "gemini-2.5-flash";
const TRAITS: CallTraits = { model: MODEL, method: "countTokens", streaming: false };
const KEEP = { signatures: { kind: "keep" } } as const;
const BODY = '{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}';

/** Counts the tokens of two letters, which costs no quota: one call, no repeats, the caller's signal is the time limit. */
export function createAccountProbe({ fetch: send, backends }: AccountProbeOptions): AccountProbe {
  return {
    async probe(account, access, signal) {
      const backend = backends[account.backend];
      if (backend === undefined) return { kind: "valid" };
      const request: HostRequest = {
        path: `/models/${MODEL}:countTokens`,
        method: "POST",
        headers: new Headers({ "content-type": "application/json" }),
        body: BODY,
        signal,
      };
      try {
        const { url, body, ...rest } = backend.encode(request, TRAITS, account, access, KEEP);
        const init = { ...rest, redirect: "manual", timeout: false } as const;
        const response = await send(url, {
          ...init,
          ...(body === undefined ? {} : { body }),
          ...(signal === undefined ? {} : { signal }),
        });
        const received = await backend.receive(response, TRAITS, signal);
        if (received.kind !== "answered") return { kind: "refused", outcome: received.outcome };
        await received.response.text();
        return { kind: "valid" };
      } catch (error) {
        return { kind: "refused", outcome: backend.failed(error, signal) };
      }
    },
  };
}
