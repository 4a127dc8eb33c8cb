/** Ids, and older ones with a domain ("example.com:app-1"). https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects */
const PROJECT_ID = /^[a-z0-9](?:[a-z0-9.:-]{0,98}[a-z0-9])?$/;

// A project has a number beside its id, and Code Assist takes the id alone (google-gemini/gemini-cli refuses numbers too).
const NUMERIC_PROJECT =
  'That is the number of a Google Cloud project. Code Assist wants its id, such as "my-project-123": the Cloud console shows both.';

const NO_PROJECT =
  "That is not the id of a Google Cloud project: small letters, digits and hyphens only, such as my-project-123.";

/** What is wrong with a project that a person named, in a sentence that does not repeat it; nothing where it may be one. */
export function seatProjectFault(project: string): string | undefined {
  if (/^\d+$/.test(project)) return NUMERIC_PROJECT;
  return PROJECT_ID.test(project) ? undefined : NO_PROJECT;
}
