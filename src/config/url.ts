const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/;

const MUST_BE = "must be an https:// address, or http:// on this machine";

/**
 * What is wrong with an address that credentials go to; undefined where nothing is. The answer never quotes the value.
 * Plain http is for a server on this machine alone, and a name before an @ hides the real host from the eye.
 */
export function faultOfUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value.trim())) return MUST_BE;
  const url = new URL(value.trim());
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
  if (!isSafe) return MUST_BE;
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password";
  return url.search !== "" || url.hash !== "" ? "must not have a part behind ? or #" : undefined;
}
