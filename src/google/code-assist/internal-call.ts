import type { DurationMs } from "../../core/account";
import type { Outcome } from "../../core/outcome";
import type { Clock, Fetch } from "../../ports/world";
import { originOf } from "../backends/endpoint";
import { classify } from "../errors/classify";
import { asRecord, type Loose, parseJson } from "../errors/loose";
import { readError } from "../errors/read";
import { callSmall, type SmallAnswer } from "../tiny-http";
import { USER_AGENT } from "../user-agent";
import { NOT_GOOGLE } from "./seat-words";

/** What calls of Code Assist's own methods work with. `endpoint` is an origin; a version behind it is tolerated. */
export interface InternalOptions {
  readonly fetch: Fetch;
  readonly endpoint: string;
  readonly clock: Clock;
}

/** What came of a call. `behindPerimeter`: VPC Service Controls refused it, which says nothing of the seat. */
export type InternalAnswer =
  | { readonly kind: "said"; readonly body: Loose }
  | { readonly kind: "failed"; readonly outcome: Outcome; readonly behindPerimeter?: boolean };

/** The methods of `v1internal` for one person, about whose login nothing else is known. One call each; none throws or repeats. */
export interface InternalApi {
  post(method: string, body: object): Promise<InternalAnswer>;
  get(name: string): Promise<InternalAnswer>;
}

const VERSION = "v1internal";
const LIMIT_MS: DurationMs = 30_000;

type Answered = Extract<SmallAnswer, { kind: "answer" }>;

function refused({ status, headers, body }: Answered, now: number): InternalAnswer {
  const { reasons } = readError(body, status, headers.get("location"));
  const behindPerimeter = status === 403 && reasons.some(({ name }) => name === "SECURITY_POLICY_VIOLATED");
  const outcome = classify({ backend: "code-assist", status, headers, body, now });
  return { kind: "failed", outcome, behindPerimeter };
}

function read(answer: SmallAnswer, now: number): InternalAnswer {
  if (answer.kind === "failed") return answer;
  if (answer.status !== 200) return refused(answer, now);
  const body = asRecord(parseJson(answer.body));
  if (body !== undefined) return { kind: "said", body };
  return { kind: "failed", outcome: { kind: "transient", cause: "network", status: 200, sentence: NOT_GOOGLE } };
}

/** For one access token, until the caller gives up; each call has 30 s. The token goes to the endpoint and nowhere else. */
export function createInternalApi(options: InternalOptions, token: string, signal?: AbortSignal): InternalApi {
  const { fetch, endpoint, clock } = options;
  const base = `${originOf(endpoint, VERSION)}/${VERSION}`;
  const who = { authorization: `Bearer ${token}`, "user-agent": USER_AGENT };

  const ask = async (call: Pick<Parameters<typeof callSmall>[0], "url" | "method" | "headers" | "body">) => {
    const limit = new AbortController();
    const cancel = clock.after(LIMIT_MS, () => limit.abort(new DOMException("no answer", "TimeoutError")));
    const both = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
    const answer = await callSmall({ fetch, ...call, signal: both });
    cancel();
    return read(answer, clock.now());
  };

  return {
    post: (method, body) =>
      ask({
        url: `${base}:${method}`,
        method: "POST",
        headers: { ...who, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    get: (name) => ask({ url: `${base}/${name}`, method: "GET", headers: who }),
  };
}
