import type { DurationMs, EpochMs } from "../../core/account";
import type { Failure } from "../../core/outcome";
import type { OutgoingRequest } from "../../ports/upstream";
import type { Clock } from "../../ports/world";
import { GLOBAL, MULTI_REGIONS } from "./vertex-address";
import { type MendName, mended, mendFor } from "./vertex-mend";
import { isModelMissing } from "./vertex-place";

/** As long as a model counts as missing for an account; Google may take in the meantime what it refused. */
const KEPT_MS: DurationMs = 24 * 3_600_000;

/** Far more than anybody has projects × locations × models. */
const KEPT_COUNT = 1_000;

/** Whoever chose a multi-region has a reason to keep the data there: nothing leaves it by itself. */
const MAY_LEAVE = new RegExp(`/locations/(?!(?:${[GLOBAL, ...MULTI_REGIONS].join("|")})/)`);

/**
 * What Vertex AI has refused as it was sent and may take otherwise: a model that is missing at one location, and fields that
 * it does not know. In memory alone: a new process learns it anew, at the cost of a call that bills nothing.
 */
export class VertexLessons {
  readonly #clock: Clock;
  /** Addresses of models, up to their method. */
  readonly #missing = new Map<string, EpochMs>();
  readonly #mends = new Map<MendName, EpochMs>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the model of this address was missing there within the last day. */
  isMissing(url: string): boolean {
    if (this.#missing.size === 0) return false;
    return (this.#missing.get(modelIn(url)) ?? 0) > this.#clock.now();
  }

  /** The body as Vertex AI takes it, by what is known. Not even looked at where nothing is. */
  fit(body: string): string {
    if (this.#mends.size === 0) return body;
    const now = this.#clock.now();
    const names = [...this.#mends].filter(([, until]) => until > now).map(([name]) => name);
    return names.length === 0 ? body : mended(body, names);
  }

  /** Learns from a refusal; true where the same call, encoded anew, is another one now. */
  learn(outcome: Failure, sent: OutgoingRequest): boolean {
    return this.#learnPlace(outcome, sent) || this.#learnBody(outcome, sent);
  }

  #learnPlace(outcome: Failure, { url }: OutgoingRequest): boolean {
    if (!isModelMissing(outcome) || !MAY_LEAVE.test(url)) return false;
    if (this.#missing.size >= KEPT_COUNT) this.#missing.clear();
    this.#missing.set(modelIn(url), this.#clock.now() + KEPT_MS);
    return true;
  }

  #learnBody(outcome: Failure, { body }: OutgoingRequest): boolean {
    const name = outcome.kind === "rejected" && outcome.status === 400 ? mendFor(outcome.sentence) : undefined;
    if (name === undefined || body === undefined || mended(body, [name]) === body) return false;
    this.#mends.set(name, this.#clock.now() + KEPT_MS);
    return true;
  }
}

/** `…/models/M` of an address that ends in `…/models/M:method?query`. */
const modelIn = (url: string): string => url.slice(0, url.lastIndexOf(":"));
