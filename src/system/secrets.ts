import { createHash } from "node:crypto";
import type { Secrets } from "../ports/login";

/** The machine's cryptographic randomness: six bits a character. */
export const systemSecrets: Secrets = {
  random(length) {
    const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil((length * 3) / 4)));
    return Buffer.from(bytes).toString("base64url").slice(0, length);
  },
  s256: (text) => createHash("sha256").update(text).digest("base64url"),
};
