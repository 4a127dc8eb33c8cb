import type { CallMethod, CallTraits } from "../../core/call";
import type { OutgoingRequest } from "../../ports/upstream";
import type { Clock } from "../../ports/world";
import { replaceSignatures } from "../signatures";
import { passed } from "../stream/framing";
import { originOf } from "./endpoint";
import { failedFetch } from "./failed";
import type { GoogleBackend } from "./google-backend";
import { headersFor } from "./headers";
import { createReceiver } from "./receive";
import { baseOf, GLOBAL, locationOf, VERTEX_VERSION } from "./vertex-address";
import { VertexLessons } from "./vertex-lessons";
import { placed } from "./vertex-place";

/** What Vertex AI takes in the words of the Gemini API; embeddings have another form there (`:predict`). */
const METHODS: ReadonlySet<CallMethod> = new Set(["generateContent", "streamGenerateContent", "countTokens"]);

export interface VertexParts {
  /** The user's own origin for every location; undefined: Google's hosts, one per location. A version behind it is tolerated. */
  readonly endpoint: string | undefined;
  readonly clock: Clock;
}

/**
 * Vertex AI: the Gemini API's dialect at another address, so bodies and streams pass as they are. A token is asked in its account's
 * project and location, a key in express mode. Where a model is missing at a location, `global` is tried once, then taken for a day.
 */
export function createVertexBackend({ endpoint, clock }: VertexParts): GoogleBackend {
  const origin = endpoint === undefined ? undefined : originOf(endpoint, VERTEX_VERSION);
  const lessons = new VertexLessons(clock);
  /** Calls that `global` got, and the location it stood in for. */
  const moved = new WeakMap<OutgoingRequest, string>();
  const receive = createReceiver({ backend: "vertex", framing: passed, clock });
  return {
    name: "vertex",
    supports: (traits) => traits !== undefined && METHODS.has(traits.method),
    encode(request, _traits, account, access, { signatures }) {
      const addressed = { origin, account, access };
      const url = baseOf(addressed, locationOf(account)) + request.path;
      const { body } = request;
      const isMissing = lessons.isMissing(url);
      const sent = {
        url: isMissing ? baseOf(addressed, GLOBAL) + request.path : url,
        method: request.method,
        headers: headersFor(request, account, access),
        body: body === undefined ? body : lessons.fit(replaceSignatures(body, signatures)),
      };
      if (isMissing) moved.set(sent, locationOf(account));
      return sent;
    },
    async receive(response, traits: CallTraits, signal, sent) {
      const received = await receive(response, traits, signal);
      if (received.kind !== "failed" || received.outcome.kind === "aborted" || sent === undefined) return received;
      const outcome = placed(received.outcome, { url: sent.url, insteadOf: moved.get(sent) });
      return { kind: lessons.learn(outcome, sent) ? "resend" : "failed", outcome };
    },
    failed: failedFetch,
  };
}
