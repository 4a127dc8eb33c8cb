import type { Clock } from "../../ports/world";
import { replaceSignatures } from "../signatures";
import { passed } from "../stream/framing";
import { originOf } from "./endpoint";
import { failedFetch } from "./failed";
import type { GoogleBackend } from "./google-backend";
import { headersFor } from "./headers";
import { createReceiver } from "./receive";

const VERSION = "v1beta";

export interface GeminiApiParts {
  /** Origin, e.g. `https://generativelanguage.googleapis.com`; a version behind it is tolerated. */
  readonly endpoint: string;
  readonly clock: Clock;
}

/** The Gemini API: the host's own dialect, so bodies and streams pass as they are. https://ai.google.dev/api */
export function createGeminiApiBackend({ endpoint, clock }: GeminiApiParts): GoogleBackend {
  const base = `${originOf(endpoint, VERSION)}/${VERSION}`;
  return {
    name: "gemini-api",
    supports: () => true,
    encode(request, _traits, account, access, { signatures }) {
      const { body } = request;
      return {
        url: base + request.path,
        method: request.method,
        headers: headersFor(request, account, access),
        body: body === undefined ? body : replaceSignatures(body, signatures),
      };
    },
    receive: createReceiver({ backend: "gemini-api", framing: passed, clock }),
    failed: failedFetch,
  };
}
