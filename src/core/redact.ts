/** A kind of secret as it looks in text, and what stands in its place. */
type Redaction = readonly [pattern: RegExp, replacement: string];

const SECRET_NAMES = [
  "refresh[_-]?token",
  "access[_-]?token",
  "id[_-]?token",
  "client[_-]?secret",
  "api[_-]?key",
  "private[_-]?key",
  "code[_-]?verifier",
  "password",
  "assertion",
].join("|");

/**
 * Every pattern begins where a word begins or with a fixed text, and no part of it can match two ways:
 * that keeps the whole in linear time. Names come before shapes, so that an unknown shape under a known name goes too.
 */
const REDACTIONS: readonly Redaction[] = [
  [
    /-----BEGIN[A-Z0-9 %+]*PRIVATE(?: |%20|\+)KEY-----[\s\S]*?(?:-----END[A-Z0-9 %+]*PRIVATE(?: |%20|\+)KEY-----|$)/g,
    "[private key]",
  ],
  [
    // The look-ahead leaves what is already hidden as it is.
    new RegExp(`((?:${SECRET_NAMES})\\\\*["']?\\s*[:=]\\s*\\\\*["']?)(?!\\[redacted\\])[^\\s"'\\\\&,;}]+`, "gi"),
    "$1[redacted]",
  ],
  [/([?&](?:key|code|token)=)[^\s"'\\&#]+/gi, "$1[redacted]"],
  [/(["']key\\*["']\s*:\s*\\*["'])[^\s"'\\]+/gi, "$1[redacted]"],
  [/(\b(?:Bearer|Basic)\s+)[\w.~+/=-]+/gi, "$1[redacted]"],
  [/AIza[\w-]{3,}/g, "[api key]"],
  [/(?<![A-Za-z0-9])AQ\.[\w-]{6,}/g, "[api key]"],
  [/ya29\.[\w.-]+/g, "[token]"],
  [/(?<!\w)1(?:\/\/|%2F%2F)[\w-]{6,}/gi, "[token]"],
  [/(?<!\w)4(?:\/|%2F)0[\w-]{10,}/gi, "[code]"],
  [/GOCSPX-[\w-]+/g, "[client secret]"],
  [/(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]+){1,2}/g, "[token]"],
  [
    /(?<![\p{L}\p{N}_.+-])[\p{L}\p{N}_.+-]+(?:(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+[\p{L}\p{N}_.+-]*)+/gu,
    "[e-mail]",
  ],
];

/**
 * The text without API keys, OAuth tokens and codes, client secrets, private keys, JWTs and e-mail addresses.
 * For everything that is logged, shown or put into an error. Linear in the length; redacting twice changes nothing.
 * It errs on the side of hiding too much.
 */
export function redact(text: string): string {
  return REDACTIONS.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
