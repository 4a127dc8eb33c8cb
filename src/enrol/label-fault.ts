import { redact } from "../core/redact";

const LOOKS_SECRET = "That name looks like a key or a token, and names are shown. Choose another one.";

/** What is wrong with the name of an account, without repeating it: names are shown everywhere. An e-mail may be one. */
export function labelFault(label: string | undefined): string | undefined {
  const text = (label ?? "").replaceAll("@", " ");
  return redact(text) === text ? undefined : LOOKS_SECRET;
}
