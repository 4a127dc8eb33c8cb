import type { SeatFound } from "../../ports/login";
import type { Ineligible, SeatReading, Tier } from "./seat-reading";
import { NEEDS_PROJECT, notEligible, VERIFY } from "./seat-words";

/** What an answer of `loadCodeAssist` comes to; `onboard`: Google wants to be asked to set the seat up. */
export type SeatVerdict =
  | SeatFound
  | { readonly kind: "onboard"; readonly tier: Tier; readonly project: string | undefined };

/**
 * Reasons that shut out of the free tier and leave a seat with a project of one's own open (google-gemini/gemini-cli,
 * code_assist/types.ts). UNSUPPORTED_CLIENT and what is not known here are no such reasons: they say no.
 */
const FREE_TIER_ONLY: ReadonlySet<string> = new Set([
  "DASHER_USER",
  "INELIGIBLE_ACCOUNT",
  "NON_USER_ACCOUNT",
  "RESTRICTED_AGE",
  "RESTRICTED_NETWORK",
  "UNKNOWN_LOCATION",
  "UNSUPPORTED_LOCATION",
]);

const VALIDATION = "VALIDATION_REQUIRED";

/** A seat that is ready: what was paid for decides the quota. */
export function ready(tier: Tier, paid: Tier | undefined, project: string): SeatFound {
  const { id, name } = paid ?? tier;
  return {
    kind: "ready",
    tier: id,
    project,
    ...(name === undefined ? {} : { tierName: name }),
  };
}

const wordsOf = (ineligible: readonly Ineligible[]): readonly string[] => [
  ...new Set(ineligible.flatMap(({ words }) => words ?? [])),
];

/** No project is known: is it all that is missing, or has Google said no? */
export function withoutProject({ ineligible, projectHelps }: SeatReading): SeatFound {
  const reasons = wordsOf(ineligible);
  const isNo = !projectHelps || ineligible.some(({ code }) => !FREE_TIER_ONLY.has(code));
  if (isNo && ineligible.length > 0) return notEligible(reasons, projectHelps);
  return { kind: "needs-project", sentence: [NEEDS_PROJECT, ...reasons].join(" ") };
}

function verification(ineligible: readonly Ineligible[]): SeatFound | undefined {
  const asked = ineligible.filter(({ code }) => code === VALIDATION);
  const [first] = asked;
  if (first === undefined) return undefined;
  const url = asked.find((each) => each.url !== undefined)?.url;
  return {
    kind: "needs-verification",
    sentence: first.words ?? VERIFY,
    ...(url === undefined ? {} : { url }),
  };
}

/** Judges an answer of `loadCodeAssist` for a person who named this project, or none. Pure. */
export function judgeSeat(reading: SeatReading, wished: string | undefined): SeatVerdict {
  const { current, paid, offered, ineligible } = reading;
  const project = reading.project ?? wished;
  // No call can be made without a project, whatever the tier.
  if (current) return project === undefined ? withoutProject(reading) : ready(current, paid, project);
  const verify = verification(ineligible);
  if (verify) return verify;
  if (!offered.needsProject) return { kind: "onboard", tier: offered, project: undefined };
  return project === undefined ? withoutProject(reading) : { kind: "onboard", tier: offered, project };
}
