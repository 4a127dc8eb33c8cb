/** Project ids, numbers, and ids with a domain ("example.com:app-1"). */
const PROJECT = /^[a-z0-9][a-z0-9.:-]*$/i;

/** Names of Google's regions, and `global`. */
const LOCATION = /^[a-z]+(?:-[a-z0-9]+)*$/;

/** Where calls of Vertex AI go unless told. */
export const DEFAULT_LOCATION = "global";

/** What is wrong with a project that is needed, in a sentence; undefined where it could be one. */
export function projectFault(project: string | undefined): string | undefined {
  if (!project?.trim()) return "The id of a Google Cloud project is needed: the one whose quota is to be used.";
  if (PROJECT.test(project.trim())) return undefined;
  return "That is not the id of a Google Cloud project: letters, digits, dots, colons and hyphens only.";
}

/** The same for a location of Vertex AI, where one is given. */
export function locationFault(location: string | undefined): string | undefined {
  if (!location?.trim() || LOCATION.test(location.trim())) return undefined;
  return "That is not a location of Vertex AI, such as global or europe-west4.";
}
