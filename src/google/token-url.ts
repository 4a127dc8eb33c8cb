/** Google's token endpoint. https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests */
export const GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token";

const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/;

/** An address that a signature may be sent to: https, or this machine. Nothing where it is none. */
export function fitTokenUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return undefined;
  const { protocol, hostname, username, password } = new URL(value);
  const isSafe = protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
  return isSafe && username === "" && password === "" ? value : undefined;
}
