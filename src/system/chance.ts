import type { Chance } from "../ports/world";

/** 72 bits in base64url: twelve characters, unique without coordination, fit for a file name and an URL. */
const ID_BYTES = 9;

const id = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(ID_BYTES))).toString("base64url");

/** The machine's randomness; ids come from the cryptographic source. */
export const systemChance: Chance = { random: () => Math.random(), id };
