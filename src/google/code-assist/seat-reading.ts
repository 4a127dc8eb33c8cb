import { asRecord, asRecords, asText, type Loose } from "../errors/loose";
import { cleanName, cleanWords, googleLink } from "./clean";

/** The tier that Google pays the project of; it must not be sent one. */
export const FREE_TIER = "free-tier";

/** The tier of licensed seats. */
export const STANDARD_TIER = "standard-tier";

/** What Google's own client assumes where no tier is offered as the default. */
const LEGACY_TIER = "legacy-tier";

/** A tier of Code Assist. `needsProject`: only with a Google Cloud project of the person's own. */
export interface Tier {
  readonly id: string;
  readonly name?: string;
  readonly needsProject: boolean;
}

/** Why a tier is not for this person. */
export interface Ineligible {
  readonly code: string;
  /** Google's own words, redacted. */
  readonly words?: string;
  /** Where the person can confirm what Google wants to know. */
  readonly url?: string;
}

/** What `loadCodeAssist` says, in our words. */
export interface SeatReading {
  /** The tier the person is in; absent where the seat was never set up. */
  readonly current?: Tier;
  /** What was paid for: where there is one it decides the quota. */
  readonly paid?: Tier;
  /** The tier that a seat is set up with. */
  readonly offered: Tier;
  /** Whether Google offers a tier that a project of one's own can be used with. */
  readonly projectHelps: boolean;
  readonly ineligible: readonly Ineligible[];
  readonly project?: string;
}

const LEGACY: Tier = { id: LEGACY_TIER, needsProject: true };

function tierOf(value: unknown): Tier | undefined {
  const tier = asRecord(value);
  const id = cleanName(tier?.["id"]);
  if (tier === undefined || id === undefined) return undefined;
  const name = cleanWords(tier["name"]);
  const needsProject = id === STANDARD_TIER || tier["userDefinedCloudaicompanionProject"] === true;
  return { id, needsProject: needsProject && id !== FREE_TIER, ...(name === undefined ? {} : { name }) };
}

function ineligibleOf(tier: Loose): Ineligible {
  const words = cleanWords(tier["reasonMessage"]) ?? cleanWords(tier["validationErrorMessage"]);
  const url = googleLink(asText(tier["validationUrl"]));
  return {
    code: cleanName(tier["reasonCode"]) ?? "UNKNOWN",
    ...(words === undefined ? {} : { words }),
    ...(url === undefined ? {} : { url }),
  };
}

/** The project of an answer: its id, or an object that has it. */
export const projectIn = (value: unknown): string | undefined => cleanName(asRecord(value)?.["id"] ?? value);

/** Reads an answer of `loadCodeAssist`. Total: what makes no sense is as if it were not there. */
export function readSeat(body: Loose): SeatReading {
  const allowed = asRecords(body["allowedTiers"]);
  const isDefault = (tier: Loose) => tier["isDefault"] === true;
  const ineligible = asRecords(body["ineligibleTiers"]).map(ineligibleOf);
  const tiers = allowed.flatMap((tier) => tierOf(tier) ?? []);
  const current = tierOf(body["currentTier"]);
  const paid = tierOf(body["paidTier"]);
  const project = projectIn(body["cloudaicompanionProject"]);
  return {
    offered: tierOf(allowed.find(isDefault)) ?? LEGACY,
    projectHelps: ineligible.length === 0 || tiers.some(({ needsProject }) => needsProject),
    ineligible,
    ...(current === undefined ? {} : { current }),
    ...(paid === undefined ? {} : { paid }),
    ...(project === undefined ? {} : { project }),
  };
}
