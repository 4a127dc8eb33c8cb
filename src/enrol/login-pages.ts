import type { Callback } from "../ports/login";
import type { Concluded, LoginEnd } from "./new-login";

/** What a browser shows. */
export type Page = Parameters<Callback["answer"]>[0];

const page = (ok: boolean, title: string, text: string): Page => ({ ok, title, text });

/** Sent to whoever comes with another state; the login goes on waiting. */
export const STRANGE_PAGE = page(
  false,
  "Not this login",
  "This answer does not belong to the login that waits here, so it was not used. Open the address of the login again.",
);

/** Sent to whoever comes with the right state and nothing else. */
export const EMPTY_PAGE = page(
  false,
  "No answer",
  "Google sent neither a code nor an error. Open the address of the login again.",
);

/** Google said yes and the rest takes its time. */
export const STILL_WORKING_PAGE = page(
  true,
  "Google has let you in",
  "The account is still being set up. Go back to the program: it says what came of it. You can close this window.",
);

const TITLES = {
  denied: "Access denied",
  late: "Too late",
  aborted: "Given up",
  failed: "The login did not work",
} as const;

/** What came of a login, truly. */
export function pageOf(end: LoginEnd<Concluded>): Page {
  if (end.kind !== "concluded") return page(false, TITLES[end.kind], end.sentence);
  const { ok, sentence } = end.result;
  return page(ok, ok ? "Done" : TITLES.failed, ok ? `${sentence} You can close this window.` : sentence);
}
