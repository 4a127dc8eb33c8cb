import { redact } from "../../core/redact";
import { tidy } from "../errors/sentence";

/** A name of Google's that is stored or sent on: a tier, a project. */
const NAME = /^[\w][\w.:-]{0,99}$/;

/** Hosts that a person may be sent to: Google's own, where its accounts are looked after. */
const GOOGLE_HOST = /^(?:[a-z0-9-]+\.)*google\.com$/;

/** An address that a browser opens safely and a terminal shows as it is. */
const PRINTABLE = /^https:\/\/[\x21-\x7e]{1,2000}$/;

/** The value if it is a name and holds nothing secret. */
export const cleanName = (value: unknown): string | undefined =>
  typeof value === "string" && NAME.test(value) && redact(value) === value ? value : undefined;

/** Words of Google's as a person may see them: one line, redacted, 300 characters at most; nothing where there are none. */
export const cleanWords = (value: unknown): string | undefined =>
  typeof value === "string" && /\p{L}{2}/u.test(value) ? tidy(value) : undefined;

/**
 * The address if it is a page of Google's, https and without anything secret in it. Stricter than the links of refusals:
 * a person follows it while logged in.
 */
export function googleLink(value: unknown): string | undefined {
  if (typeof value !== "string" || !PRINTABLE.test(value) || /["'<>\\^`{|}]/.test(value)) return undefined;
  if (!URL.canParse(value)) return undefined;
  const { hostname, username, password, port } = new URL(value);
  const isGoogles = GOOGLE_HOST.test(hostname) && username === "" && password === "" && port === "";
  return isGoogles && redact(value) === value ? value : undefined;
}
