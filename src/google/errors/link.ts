import { redact } from "../../core/redact";
import type { GoogleError } from "./google-error";
import type { Verdict } from "./verdict";

const LINKS = ["activationUrl", "validation_url", "validationUrl", "appeal_url", "appealUrl"];

const LONGEST = 2_000;

/** An address that a browser opens safely and a terminal shows as it is. */
const SAFE = /^https:\/\/[^\s"'<>\\^`{|}\u0000-\u0020\u007f-\uffff]+$/;

const isClean = (url: string): boolean => redact(url) === url;

/** The address as it may be shown: whole, without its query where a secret stands there, or not at all. */
function shown(url: string): string | undefined {
  if (url.length > LONGEST) return undefined;
  const address = url.replace(/[.,;)]+$/, "");
  if (!SAFE.test(address)) return undefined;
  return [address, address.replace(/[?#].*$/, "")].find(isClean);
}

/** Where a person can mend it: from a field of its own, or from Google's help or its words where the rule asks for that. */
export function linkOf(error: GoogleError, verdict: Verdict): string | undefined {
  const named = LINKS.map((name) => error.metadata(name));
  const written = verdict.link ? [error.help, /https:\/\/[^\s"'<>]+/.exec(error.message)?.[0]] : [];
  for (const url of [...named, ...written]) {
    const found = url === undefined ? undefined : shown(url);
    if (found !== undefined) return found;
  }
  return undefined;
}
