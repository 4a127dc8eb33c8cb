import type { Answer, HttpRequest, Step } from "./answer";
import { NO_SIGNATURES } from "./answer";
import type { Call } from "./call";
import type { CaseAnswer } from "./cases/case";
import { type Draft, signaturesOf } from "./endpoints";
import { frame } from "./frame";
import { type BodyType, headersFor } from "./headers";
import type { Scenario, ScenarioAccount } from "./scenario";
import type { FaultOutput } from "./stream-faults";
import { bodyJson } from "./wire";

/** What an answer is finished from. */
export interface Finishing {
  readonly scenario: Scenario;
  readonly call: Call;
  readonly account: ScenarioAccount | undefined;
  readonly delayMs?: number | undefined;
}

/** Puts head and pauses around a draft. */
export function finish(finishing: Finishing, draft: Draft): Answer {
  const { call } = finishing;
  const { status, type, steps } = delivered(call, draft.answer);
  return {
    ...common(finishing, draft.name),
    status,
    headers: { ...headersFor(call, type), ...draft.headers },
    steps: [...pauses(finishing), ...steps],
    signatures: signaturesOf(draft),
  };
}

/** The same for a spoilt answer; without a status it has no head either. */
export function finishFault(finishing: Finishing, name: string, output: FaultOutput): Answer {
  const { call } = finishing;
  const type = output.type === "html" ? "html" : bodyType(call);
  const headers = output.status === 0 ? {} : headersFor(call, type);
  return {
    ...common(finishing, name),
    status: output.status,
    headers,
    steps: [...pauses(finishing), ...output.steps],
    signatures: NO_SIGNATURES,
  };
}

/** What Google's front end says of an address that it does not know. */
export function unknownAddress(request: HttpRequest): Answer {
  const path = request.target.split("?")[0] ?? "";
  const text = `<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title><p><b>404.</b> <ins>That's an error.</ins><p>The requested URL was not found on this server: ${request.method} ${path.replace(/[<>&]/g, "")}`;
  const nobody = { path: "unknown", backend: undefined, model: undefined, account: undefined } as const;
  return {
    name: "unknown-address",
    ...nobody,
    status: 404,
    headers: headersFor(undefined, "html"),
    steps: [{ send: text }],
    signatures: NO_SIGNATURES,
  };
}

const common = ({ call, account }: Finishing, name: string) => ({
  name,
  path: call.path,
  backend: call.backend,
  model: call.model,
  account: account?.label,
});

function pauses({ scenario, account, delayMs }: Finishing): readonly Step[] {
  const pauseMs = delayMs ?? account?.latencyMs ?? scenario.latencyMs ?? 0;
  return pauseMs > 0 ? [{ pauseMs }] : [];
}

const bodyType = (call: Call): BodyType => (call.streaming && call.sse ? "sse" : "json");

interface Delivered {
  readonly status: number;
  readonly type: BodyType;
  readonly steps: readonly Step[];
}

/** Code Assist keeps the stream's content type for its refusals; clients must not go by it. */
function delivered(call: Call, answer: CaseAnswer | Draft["answer"]): Delivered {
  switch (answer.kind) {
    case "json":
      return {
        status: answer.status,
        type: call.backend === "code-assist" ? bodyType(call) : "json",
        steps: [{ send: bodyJson(forClient(call, answer.body)) }],
      };
    case "html":
      return { status: answer.status, type: "html", steps: [{ send: answer.text }] };
    case "events":
      return { status: 200, type: bodyType(call), steps: frame(answer.events, call) };
    case "steps":
      return { status: 200, type: bodyType(call), steps: answer.steps };
  }
}

/** Google's Node library gets its errors in an array. */
const forClient = (call: Call, body: unknown): unknown =>
  call.arrayErrors &&
  typeof body === "object" &&
  body !== null &&
  !Array.isArray(body) &&
  "error" in body &&
  call.backend !== "oauth"
    ? [body]
    : body;
