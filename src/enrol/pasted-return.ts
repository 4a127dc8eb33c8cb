import { type Returned, readAnswer, readReturn } from "./callback";

/** What terminals, chats and editors put around and into a long line: blanks, line breaks, frames, invisible signs, escapes. */
const NOISE = /[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2500-\u257f\ufeff\\]+/g;
const QUOTES = /^["'`<([{“”‘’«»„]+|["'`>)\]}“”‘’«»„,;]+$/g;

/** No code holds anything else, even encoded; and none is shorter. */
const CODE = /^\w[\w./~+%=-]{7,511}$/;

/** Codes are `4/…` so far; a single word is rather a slip, and would end the login. */
const LIKELY = /\/|^.{40}/;

const EMPTY = "Nothing was pasted. Paste the address that the browser was sent to, or the code in it.";
const OUR_ADDRESS =
  "This is the address to open, not the one to paste. Open it in a browser, agree there, and paste the address that the browser is sent to.";
const NO_ANSWER =
  "There is no code in it. Paste the whole address that the browser was sent to after you agreed, even if its page does not load.";
const NO_CODE =
  "This is neither an address nor a code. Paste the whole address that the browser was sent to after you agreed.";

const nothing = (sentence: string): Returned => ({ kind: "nothing", sentence });

/**
 * Reads what a person pasted: the whole address, its query, or the bare code; quoted or not, wrapped by a terminal or not.
 * A state that is there must be that of this login. Where it is missing a code is taken all the same: a person gave it, and
 * Google gives tokens for it only to who knows the verifier of the login it was made for.
 */
export function readPaste(text: string, state: string): Returned {
  const clean = text.replace(NOISE, "").replaceAll("&amp;", "&").replace(QUOTES, "");
  if (clean === "") return nothing(EMPTY);
  const query = queryOf(clean);
  return query === undefined ? readCode(clean) : readQuery(new URLSearchParams(query), state);
}

/** What is after the question mark, or the whole where it begins like a query. */
function queryOf(text: string): string | undefined {
  const [whole = ""] = text.split("#");
  const mark = whole.indexOf("?");
  if (mark >= 0) return whole.slice(mark + 1);
  return /^&?(?:code|state|error|scope|iss|authuser|hd|prompt)=/.test(whole) ? whole : undefined;
}

function readQuery(query: URLSearchParams, state: string): Returned {
  if (query.has("state")) {
    const returned = readReturn(query, state);
    return returned.kind === "nothing" ? nothing(query.has("client_id") ? OUR_ADDRESS : NO_ANSWER) : returned;
  }
  const returned = readAnswer(query);
  return returned.kind === "code" ? { ...returned, isBare: true } : nothing(NO_ANSWER);
}

/** A code out of an address is encoded still. */
function readCode(text: string): Returned {
  if (text.includes("://")) return nothing(NO_ANSWER);
  const code = decoded(text);
  return CODE.test(text) && LIKELY.test(code) ? { kind: "code", code, isBare: true } : nothing(NO_CODE);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
