import type { Failure } from "../../core/outcome";
import { tidy } from "../errors/sentence";
import { VERDICTS } from "../errors/verdict";
import { GLOBAL } from "./vertex-address";

const LOCATION = /\/locations\/([^/]{1,60})\//;

/** Where a call went, and the account's own location where `global` stood in for it. */
export interface AskedPlace {
  readonly url: string;
  readonly insteadOf: string | undefined;
}

/**
 * A refusal with the place it is about. A location that Google does not have lacks every model, so it is one that is missing
 * there; where no location was asked, or `global` itself answers with a page, the address is at fault and nobody's location.
 */
export function placed(outcome: Failure, { url, insteadOf }: AskedPlace): Failure {
  const location = LOCATION.exec(url)?.[1];
  if (location === undefined) return outcome;
  if (isPlaceUnknown(outcome)) return location === GLOBAL ? outcome : withoutPlace(outcome, location);
  if (!isModelMissing(outcome) || insteadOf === undefined) return outcome;
  const where = `neither at its location "${insteadOf}" nor at ${GLOBAL}`;
  return { ...outcome, sentence: tidy(`This model is not available to this account, ${where}.`) };
}

/** Whether a model is missing where it was asked for: another place may have it. */
export const isModelMissing = (outcome: Failure): boolean =>
  outcome.kind === "limited" && outcome.reason === "model-unavailable" && outcome.status === 404;

const isPlaceUnknown = ({ kind, sentence }: Failure): boolean =>
  kind === VERDICTS.placeUnknown.kind && sentence === VERDICTS.placeUnknown.say;

/** As Google says of a model that is missing (404), whichever way it said this. */
function withoutPlace({ consumer }: Failure, location: string): Failure {
  const sentence = tidy(`There is no Vertex AI at the location "${location}": correct the account's location.`);
  const named = consumer === undefined ? {} : { consumer };
  const missing = { kind: "limited", scope: "quota", reason: "model-unavailable", detailed: false } as const;
  return { ...missing, status: 404, sentence, ...named };
}
