import { expect, test } from "bun:test";
import { systemSecrets } from "../../src/system/secrets";

test("random text has its length, its letters, and never comes twice", () => {
  for (const length of [1, 2, 3, 4, 43, 86, 128]) {
    const texts = Array.from({ length: 20 }, () => systemSecrets.random(length));
    for (const text of texts) expect(text).toMatch(new RegExp(`^[A-Za-z0-9_-]{${length}}$`));
    if (length > 8) expect(new Set(texts).size).toBe(20);
  }
});

test("the challenge is the one of RFC 7636, appendix B", () => {
  const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  expect(systemSecrets.s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe(challenge);
});
