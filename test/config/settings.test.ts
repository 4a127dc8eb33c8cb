import { describe, expect, test } from "bun:test";
import { isReachable, type Settings, settingsOf } from "../../src/config/settings";
import { isNowhere } from "../../src/core/nowhere";
import { parseJsonc } from "../../src/system/jsonc";
import { anAccount, aSeat } from "../support/builders";

const reader = { env: {}, parse: parseJsonc };
const settings = (text: string | undefined, before?: Settings) => settingsOf({ text }, before, reader);
const CHOSEN = '{ "strategy": "round-robin", "endpoints": { "geminiApi": "http://127.0.0.1:1" } }';

describe("options that change while a process runs", () => {
  test("hold as they are now, and what was taken out is Google's again", () => {
    const before = settings(CHOSEN);
    expect(before.policy.strategy).toBe("round-robin");
    const after = settings('{ "strategy": "sequential" }', before);
    expect(after.policy).toEqual({ strategy: "sequential" });
    expect(after.endpoints.geminiApi).toBe("https://generativelanguage.googleapis.com");
    expect(settings(undefined, before).policy).toEqual({});
  });

  test("leave the addresses the same object where none has changed: nothing is opened anew", () => {
    const before = settings(CHOSEN);
    const after = settings(CHOSEN.replace("round-robin", "sequential"), before);
    expect(after.endpoints).toBe(before.endpoints);
    expect(settings(CHOSEN.replace(":1", ":2"), before).endpoints).not.toBe(before.endpoints);
  });

  test("that cannot be parsed for a moment leave in force what held before, and say so with the place", () => {
    const before = settings(CHOSEN);
    const broken = settings('{ "strategy": ', before);
    expect(broken).toMatchObject({ policy: before.policy, endpoints: before.endpoints });
    expect(broken.errors[0]).toMatch(/^gemini-pool\.jsonc .*line 1.*stay in force$/);
    expect(settings(CHOSEN, broken).errors).toEqual([]);
  });

  test("that cannot be read do the same", () => {
    const before = settings(CHOSEN);
    const fault = "/c/gemini-pool.jsonc cannot be read (EACCES)";
    const unread = settingsOf({ text: undefined, fault }, before, reader);
    expect(unread.policy.strategy).toBe("round-robin");
    expect(unread.errors).toEqual([`${fault}; the options from before stay in force`]);
    expect(settingsOf({ text: undefined, fault }, undefined, reader).errors).toEqual([fault]);
  });

  test("with one bad value: that one alone falls back, and is named", () => {
    const after = settings('{ "strategy": "fastest", "tolerance": 3 }', settings(CHOSEN));
    expect(after.policy).toEqual({ tolerance: 3 });
    expect(after.errors).toEqual([expect.stringContaining("strategy")]);
  });

  test("that are emptied for a moment, as some editors do, leave in force what held before", () => {
    const emptied = settings(" ", settings(CHOSEN));
    expect(emptied.endpoints.geminiApi).toBe("http://127.0.0.1:1");
    expect(emptied.errors).toEqual([expect.stringContaining("is empty")]);
    expect(settings(" ").errors).toEqual([]);
  });
});

describe("an address that the user has set and that cannot be used", () => {
  const key = anAccount();
  const login = aSeat();
  const BAD = '{ "endpoints": { "geminiApi": "htps://gateway.example" } }';

  test("is never replaced by Google's own: the one from before stays", () => {
    const after = settings(BAD, settings(CHOSEN));
    expect(after.endpoints.geminiApi).toBe("http://127.0.0.1:1");
    expect(isReachable(after, key)).toBe(true);
  });

  test("is not replaced by Google's own either where that was asked before", () => {
    const after = settings(BAD, settings("{}"));
    expect([isReachable(after, key), isNowhere(after.endpoints.geminiApi)]).toEqual([false, true]);
    expect(isReachable(settings("{}", after), key)).toBe(true);
  });

  test("at the start makes its backend unreachable, and nobody else's", () => {
    const after = settings(BAD);
    expect([isReachable(after, key), isReachable(after, login)]).toEqual([false, true]);
    expect(isReachable(settings(CHOSEN, after), key)).toBe(true);
    const tokens = settings('{ "endpoints": { "oauthToken": 7 } }');
    expect([isReachable(tokens, key), isReachable(tokens, login)]).toEqual([true, false]);
  });

  test("and a broken file at the start that speaks of addresses makes all unreachable; one that does not, nobody", () => {
    const broken = settings('{ "endpoints": { "geminiApi": "https://gateway.example" } ');
    expect([isReachable(broken, key), isReachable(broken, login)]).toEqual([false, false]);
    expect(isReachable(settings('{ "strategy": '), key)).toBe(true);
    expect(isReachable(settings(CHOSEN, broken), login)).toBe(true);
  });

  test("and a file that cannot be read at the start may speak of any: all are unreachable until it can", () => {
    const unread = settingsOf({ text: undefined, fault: "it cannot be read (EACCES)" }, undefined, reader);
    expect([isReachable(unread, key), isReachable(unread, login)]).toEqual([false, false]);
    expect(isReachable(settings(CHOSEN, unread), key)).toBe(true);
    expect(isReachable(settings(undefined, unread), key)).toBe(true);
  });

  test("leads nowhere, whoever asks for it: not even a login goes to Google's own", () => {
    const bad = settings('{ "endpoints": { "geminiApi": "x", "vertex": 1, "oauthAuthorize": "y" } }').endpoints;
    expect([bad.geminiApi, bad.vertex, bad.oauthAuthorize].map((url) => isNowhere(url ?? ""))).toEqual([
      true,
      true,
      true,
    ]);
    expect(isNowhere(bad.codeAssist)).toBe(false);
    expect(Object.values(settings('{ "endpoints": ').endpoints).filter((url) => !isNowhere(url))).toEqual([]);
  });

  test("a file whose options are all comments, or that names one twice", () => {
    const comments = settings('// "endpoints": { "geminiApi": "https://a.example" }\n/* endpoints */\n');
    expect([comments.errors, comments.lost]).toEqual([[], []]);
    const twice = '{ "endpoints": { "geminiApi": "http://127.0.0.1:9" }, // a "comment"\n "endpoints": {} }';
    expect(settings(twice).errors).toEqual(['gemini-pool.jsonc has "endpoints" twice, again in line 2']);
    expect(isReachable(settings(twice), key)).toBe(false);
    expect(settings(twice, settings(CHOSEN)).endpoints.geminiApi).toBe("http://127.0.0.1:1");
    expect(settings('{ "endpoints": { "geminiApi": "http://127.0.0.1:9" } } // "a":1,"a":2').errors).toEqual([]);
  });

  test("in a variable is none either, and is named; the file's own counts before it", () => {
    const env = { GOOGLE_GEMINI_BASE_URL: "gateway.example", CODE_ASSIST_ENDPOINT: "http://far.example" };
    const read = (text?: string) => settingsOf({ text }, undefined, { ...reader, env });
    expect([isReachable(read(), key), isReachable(read(), login)]).toEqual([false, false]);
    expect(read().errors).toEqual([
      "the variable GOOGLE_GEMINI_BASE_URL must be an https:// address, or http:// on this machine",
      "the variable CODE_ASSIST_ENDPOINT must be an https:// address, or http:// on this machine",
    ]);
    expect(isReachable(read(CHOSEN), key)).toBe(true);
    expect(read(CHOSEN).errors).toHaveLength(1);
    const broken = settingsOf({ text: "{" }, read(CHOSEN), { ...reader, env });
    expect(broken.errors.map((error) => /CODE_ASSIST|stay in force/.exec(error)?.[0])).toEqual([
      "stay in force",
      "CODE_ASSIST",
    ]);
  });

  test("under a name that is a slip of the known one is lost as well, and the name is said", () => {
    for (const [text, name, meant] of [
      ['{ "endpoint": { "geminiApi": "https://gateway.example" } }', "endpoint", "endpoints"],
      ['{ "endpoints": { "geminiAPI": "https://gateway.example" } }', "endpoints.geminiAPI", "geminiApi"],
      ['{ "Endpoints": {} }', "Endpoints", "endpoints"],
    ] as const) {
      const slip = settings(text);
      expect(slip.errors).toEqual([`gemini-pool.jsonc: ${name} is not known; ${meant} may be meant`]);
      expect(isReachable(slip, key)).toBe(false);
    }
    const both = settings('{ "endpoints": { "gemini_api": "x", "geminiApi": "http://127.0.0.1:1", "//vertex": "y" } }');
    expect([both.errors.length, both.lost]).toEqual([1, []]);
    for (const comment of ['{ "_endpoints": {} }', '{ "//endpoints": {} }', '{ "# endpoints": 1 }'])
      expect([settings(comment).errors, settings(comment).lost]).toEqual([[], []]);
    const cut = settings('{ "endpoint": { "geminiApi": "https://gateway.example" ');
    expect(isReachable(cut, key)).toBe(false);
    const harmless = settings('{ "model_groups": {}, "vertexSoon": 1 }');
    expect(harmless.errors).toEqual(["gemini-pool.jsonc: model_groups is not known; modelGroups may be meant"]);
    expect(isReachable(harmless, key)).toBe(true);
  });
});
