import type { SeatFound } from "../../ports/login";

/** What is asked for where Google knows no project. */
export const NEEDS_PROJECT =
  "Gemini Code Assist works for this account only with a Google Cloud project of its own, one that has a Standard or Enterprise licence: name the project's id.";

/** The same where the organisation's perimeter let nobody ask. */
export const PERIMETER =
  "The organisation's policy (VPC Service Controls) keeps Google from naming the project: name its id.";

/** Where a request may not do it. */
export const NOT_SET_UP = "This Code Assist seat has never been set up.";

/** Where Google gives no words of its own. */
export const VERIFY = "Google wants you to verify this account before it can be used.";

/** While the seat is being made. */
export const SETTING_UP = "Google is setting up the Code Assist seat; that can take a minute or two.";

/** When it took longer. */
export const STILL_SETTING_UP = "Google is still setting up the Code Assist seat. Try again in some minutes.";

/** When something answered that was no API. */
export const NOT_GOOGLE =
  "Something between here and Google answered in its place, such as the login page of a network.";

const WHAT_HELPS =
  "What still helps: a Code Assist Standard or Enterprise licence with a Google Cloud project of your own, an API key (https://aistudio.google.com/apikey), or Vertex AI.";

const NO_REASON = "Google says this account is not eligible for Gemini Code Assist.";

/** Google says no, with its own reasons and what is left to do. `projectHelps`: whether a project may be tried with this login. */
export function notEligible(reasons: readonly string[], projectHelps = false): SeatFound {
  const said = reasons.length === 0 ? NO_REASON : `Google says: ${reasons.join(" ")}`;
  return { kind: "not-eligible", sentence: `${said} ${WHAT_HELPS}`, reasons, projectHelps };
}
