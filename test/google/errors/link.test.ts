import { describe, expect, test } from "bun:test";
import { linkOf } from "../../../src/google/errors/link";
import { readError } from "../../../src/google/errors/read";
import { help, info, PLAIN } from "../../fixture/google-refusals-parts";

const link = (details: object[], message = "", asked = true) =>
  linkOf(readError(JSON.stringify({ error: { message, details } }), 403, null), { kind: "banned", link: asked });

const named = (url: string) => info("X", PLAIN, { validation_url: url });

describe("where a person can mend it", () => {
  test("a field of its own, then Google's help, then its words", () => {
    const words = "Go to https://words.example/a, then retry.";
    expect(link([named("https://field.example"), help("https://help.example", "Mend it")], words)).toBe(
      "https://field.example",
    );
    expect(link([help("https://more.example"), help("https://help.example", "Mend it")], words)).toBe(
      "https://help.example",
    );
    expect(link([help("https://more.example")], words)).toBe("https://words.example/a");
    expect(link([], "No address.")).toBeUndefined();
  });

  test("help and words count only where the rule asks for them", () => {
    expect(link([help("https://help.example", "Mend it")], "See https://words.example", false)).toBeUndefined();
    expect(link([named("https://field.example")], "", false)).toBe("https://field.example");
  });

  test("hands on no address that a browser could not open safely, nor one that a terminal would obey", () => {
    const odd = [
      "javascript:alert(1)",
      "http://plain.example",
      "https://a.example/\u001b[31m",
      "https://a.example/b c",
      'https://a.example/"x',
      `https://${"a".repeat(3_000)}`,
    ];
    for (const url of odd) expect(link([named(url)])).toBeUndefined();
    expect(link([named("javascript:alert(1)")], "See https://words.example.")).toBe("https://words.example");
  });

  test("a secret in the query goes with the query, and one in the address with all of it", () => {
    expect(link([named("https://a.example/b?key=AIza-example-0123&x=1")])).toBe("https://a.example/b");
    expect(link([named("https://a.example/b?email=me%40work.example")])).toBe("https://a.example/b");
    expect(link([named("https://me@work.example/b")])).toBeUndefined();
    expect(link([named("https://a.example/ya29.example-token")])).toBeUndefined();
    expect(link([named("https://a.example/b?project=example&continue=https://c.example")])).toContain("?project=");
  });
});
