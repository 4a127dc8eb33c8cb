import type { BackendName } from "../../core/account";
import { redact } from "../../core/redact";
import type { GoogleError } from "./google-error";
import type { Verdict } from "./verdict";

/** A project by its number or id (https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects), in any of three forms. */
const PROJECT = /^(?:projects\/|project_number:|project:)(\d{1,20}|(?:[a-z0-9.-]{1,60}:)?[a-z][a-z0-9-]{2,40})$/;

/**
 * The project Google counted the call for, as `projects/N`; nothing where it names a key or an odd thing.
 * The limits of Code Assist name the project of the OAuth client, which says nothing of the account (google-gemini/gemini-cli#10513).
 */
export function consumerOf(error: GoogleError, verdict: Verdict, backend: BackendName): string | undefined {
  if (backend === "code-assist" && verdict.kind === "limited") return undefined;
  const project = PROJECT.exec(error.metadata("consumer") ?? "")?.[1];
  const consumer = `projects/${project}`;
  return project === undefined || redact(consumer) !== consumer ? undefined : consumer;
}
