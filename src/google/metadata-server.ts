import type { DurationMs, EpochMs } from "../core/account";
import type { Outcome } from "../core/outcome";
import type { RefreshResult } from "../ports/upstream";
import type { Clock, Fetch } from "../ports/world";
import { CLOUD_SCOPE } from "./assertion";
import { callSmall, type SmallAnswer } from "./tiny-http";
import { readTokens } from "./token-answer";
import { USER_AGENT } from "./user-agent";

/** What asking works with. `env`: GCE_METADATA_HOST moves the server, METADATA_SERVER_DETECTION=none says that there is none. */
export interface MetadataServerOptions {
  readonly fetch: Fetch;
  readonly env: () => Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, "now" | "after">;
}

/** The server that Google's machines have inside. https://cloud.google.com/compute/docs/metadata/overview */
export interface MetadataServer {
  /** Whether there is one: one call of a second at most; "no" holds for a minute, "yes" for good. Never throws. */
  isThere(signal?: AbortSignal): Promise<boolean>;
  /** A token of the machine's service account. One call, no retry. Never throws. */
  mint(signal?: AbortSignal): Promise<RefreshResult>;
  /** One value, e.g. `project/project-id`; nothing where it is not known. Never throws. */
  value(name: string, signal?: AbortSignal): Promise<string | undefined>;
}

/** An address that no name has to be found for: on other machines a name would be asked of strangers. */
const GOOGLE_HOST = "169.254.169.254";
const PROBE_LIMIT_MS: DurationMs = 1_000;
const ABSENT_FOR_MS: DurationMs = 60_000;
const HEADERS = { "metadata-flavor": "Google", "user-agent": USER_AGENT };
const ACCOUNT = "instance/service-accounts/default";

/** Something that is no metadata server may listen at its address: it does not say what every answer of a true one says. */
const isGoogles = (answer: SmallAnswer): boolean =>
  answer.kind === "answer" && answer.headers.get("metadata-flavor") === "Google";

export function createMetadataServer({ fetch, env, clock }: MetadataServerOptions): MetadataServer {
  let isKnown = false;
  let absentUntil: EpochMs = 0;

  const ask = (name: string, signal: AbortSignal | undefined): Promise<SmallAnswer> => {
    const { GCE_METADATA_HOST, GCE_METADATA_IP } = env();
    const url = `http://${GCE_METADATA_HOST || GCE_METADATA_IP || GOOGLE_HOST}/computeMetadata/v1/${name}`;
    return callSmall({ fetch, url, method: "GET", headers: HEADERS, signal });
  };

  const probe = async (signal: AbortSignal | undefined): Promise<boolean> => {
    const limit = new AbortController();
    const cancel = clock.after(PROBE_LIMIT_MS, () => limit.abort(new DOMException("no answer", "TimeoutError")));
    try {
      return isGoogles(await ask("instance", signal ? AbortSignal.any([signal, limit.signal]) : limit.signal));
    } finally {
      cancel();
    }
  };

  return {
    async isThere(signal) {
      if (env()["METADATA_SERVER_DETECTION"]?.trim().toLowerCase() === "none") return false;
      if (isKnown) return true;
      if (absentUntil > clock.now()) return false;
      isKnown = await probe(signal);
      // A caller who left proves nothing.
      if (!isKnown && !signal?.aborted) absentUntil = clock.now() + ABSENT_FOR_MS;
      return isKnown;
    },
    async mint(signal) {
      const answer = await ask(`${ACCOUNT}/token?scopes=${encodeURIComponent(CLOUD_SCOPE)}`, signal);
      if (answer.kind === "failed") return answer;
      if (answer.status === 200 && isGoogles(answer)) return readTokens(answer.body);
      return { kind: "failed", outcome: refusalOf(answer.status) };
    },
    async value(name, signal) {
      const answer = await ask(name, signal);
      if (answer.kind === "failed" || answer.status !== 200 || !isGoogles(answer)) return undefined;
      return answer.body.trim() || undefined;
    },
  };
}

/** The machine as it is set up, or a server that stumbles: nobody's account is marked. */
function refusalOf(status: number): Outcome {
  if (status === 404)
    return machine(status, "This machine of Google's has no service account. Attach one, or use a key file.");
  if (status === 401 || status === 403)
    return machine(status, "The metadata server of this machine refuses its service account: it may be disabled.");
  const sentence = "The metadata server of this machine did not answer as it should.";
  return { kind: "transient", cause: "server", status, sentence };
}

const machine = (status: number, sentence: string): Outcome => ({ kind: "machine", status, sentence });
