import { describe, expect, test } from "bun:test";
import type { OAuthLogin } from "../../src/ports/login";
import { logIn, loginWorld, returnedTo, show, started, visit, WANTED } from "./login-world";

const NO_BROWSER = { open: async () => false };

/** Nothing that Google or we keep secret may be in what a person sees. */
const SECRETS = [/4\/0A/, /ya29\./, /1\/\/example/, /own-client-secret/, /@work\.example(?<!…@work\.example)/];
const expectClean = (text: string) => {
  for (const secret of SECRETS) expect(text).not.toMatch(secret);
};

describe("the browser's page", () => {
  test("is shown after the account is stored", async () => {
    const { parts, shown, entries } = await loginWorld();
    const start = await started(WANTED, parts);
    expect(start.pending.isOpened).toBe(true);
    const page = await shown[0];
    expect(entries()).toHaveLength(1);
    expect(page?.status).toBe(200);
    expect(page?.text).toContain("Added m…@work.example. You can close this window.");
    expectClean(page?.text ?? "");
  });

  test("is the same when it is loaded again, and nothing happens twice", async () => {
    const { google, parts } = await loginWorld(NO_BROWSER);
    const { pending, done } = await started(WANTED, parts);
    const back = await returnedTo(pending.url);
    const first = await show(back);
    const end = await done;
    expect(await show(back)).toEqual(first);
    expect(end.kind).toBe("concluded");
    expect(google.stats().byPath["token"]).toBe(1);
  });

  test("says that the rest takes its time after 20 seconds", async () => {
    const { parts, clock } = await loginWorld(NO_BROWSER);
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<{ kind: "valid" }>();
    const probe = {
      probe: () => {
        asked.resolve();
        return answer.promise;
      },
    };
    const { pending, done } = await started(WANTED, { ...parts, probe });
    const page = visit(pending.url);
    await asked.promise;
    await clock.advance(20_000);
    const { status, text } = await page;
    expect(status).toBe(200);
    expect(text).toContain("still being set up");
    answer.resolve({ kind: "valid" });
    expect((await done).kind).toBe("concluded");
  });

  test("says the truth where Google refuses the code", async () => {
    const faults = [{ on: { path: "token" as const }, answer: "oauth_invalid_client" }];
    const { parts, shown, entries } = await loginWorld({ faults });
    const { done } = await started(WANTED, parts);
    const end = await done;
    expect(end).toMatchObject({ kind: "failed", sentence: expect.stringContaining("OAuth client") });
    expect(await shown[0]).toMatchObject({ status: 400 });
    expect((await shown[0])?.text).toContain("The login did not work");
    expect(entries()).toEqual([]);
  });
});

describe("denied", () => {
  test("in the browser it is denied there and here", async () => {
    const { parts, shown, entries } = await loginWorld({ consent: { says: "no" } });
    const { done } = await started(WANTED, parts);
    expect(await done).toMatchObject({ kind: "denied", sentence: expect.stringContaining("denied") });
    expect((await shown[0])?.text).toContain("Access denied");
    expect(entries()).toEqual([]);
  });

  test("by a paste it is denied too", async () => {
    const { parts } = await loginWorld({ ...NO_BROWSER, consent: { says: "no" } });
    const { pending, done } = await started(WANTED, parts);
    expect(pending.paste(await returnedTo(pending.url))).toBeUndefined();
    expect((await done).kind).toBe("denied");
  });
});

describe("a wrong state", () => {
  test("is refused in the browser, and the login goes on waiting", async () => {
    const { google, parts, entries } = await loginWorld(NO_BROWSER);
    const { pending, done } = await started(WANTED, parts);
    const back = await returnedTo(pending.url);
    for (const forged of [back.replace(/state=[^&]+/, "state=forged"), back.replace(/state=[^&]+&?/, "")]) {
      const page = await show(forged);
      expect(page.status).toBe(400);
      expect(page.text).toContain("Not this login");
    }
    expect(google.stats().byPath["token"]).toBeUndefined();
    await show(back);
    expect((await done).kind).toBe("concluded");
    expect(entries()).toHaveLength(1);
  });

  test("is refused in a paste, and the login goes on waiting", async () => {
    const { parts } = await loginWorld({ ...NO_BROWSER, consent: { says: "wrong-state" } });
    const { pending, done } = await started(WANTED, parts);
    const back = await returnedTo(pending.url);
    expect(pending.paste(back)).toContain("does not belong");
    const code = new URL(back).searchParams.get("code") ?? "";
    expect(pending.paste(code)).toBeUndefined();
    expect((await done).kind).toBe("concluded");
  });

  test("the right one without a code or an error changes nothing", async () => {
    const { parts } = await loginWorld(NO_BROWSER);
    const { pending, done } = await started(WANTED, parts);
    const back = await returnedTo(pending.url);
    expect(await show(back.replace(/code=[^&]+&?/, ""))).toMatchObject({ status: 400 });
    await show(back);
    expect((await done).kind).toBe("concluded");
  });
});

describe("a paste", () => {
  const forms = [
    ["the whole address", (back: string) => back],
    ["its query, quoted", (back: string) => `"${new URL(back).search}"`],
    ["the bare code", (back: string) => new URL(back).searchParams.get("code") ?? ""],
  ] as const;
  for (const [name, form] of forms)
    test(`of ${name} logs in`, async () => {
      const { parts, entries } = await loginWorld(NO_BROWSER);
      const { pending, done } = await started(WANTED, parts);
      expect(pending.isOpened).toBe(false);
      expect(pending.paste(form(await returnedTo(pending.url)))).toBeUndefined();
      expect((await done).kind).toBe("concluded");
      expect(entries()).toHaveLength(1);
    });

  test("works where no port can be had", async () => {
    const listen = () => Promise.reject(Object.assign(new Error("no"), { code: "EPERM" }));
    const { parts, entries } = await loginWorld({ ...NO_BROWSER, listen });
    const { pending, done } = await started(WANTED, parts);
    const back = await returnedTo(pending.url);
    expect(new URL(back).host).toBe("127.0.0.1:1");
    expect(pending.paste(back)).toBeUndefined();
    expect((await done).kind).toBe("concluded");
    expect(entries()).toHaveLength(1);
  });

  test("that is nothing is told and the login waits; after the end it is told that it is over", async () => {
    const { parts } = await loginWorld(NO_BROWSER);
    const { pending, done } = await started(WANTED, parts);
    expect(pending.paste("hello")).toContain("neither an address nor a code");
    expect(pending.paste(pending.url)).toContain("the address to open");
    const back = await returnedTo(pending.url);
    pending.paste(back);
    expect(pending.paste(back)).toContain("nothing more is needed");
    await done;
    expect(pending.paste(back)).toContain("over");
  });

  test("of another login's bare code says so, and blames the client only behind that", async () => {
    const { parts, entries } = await loginWorld(NO_BROWSER);
    const [earlier, now] = [await started(WANTED, parts), await started(WANTED, parts)];
    const code = new URL(await returnedTo(earlier.pending.url)).searchParams.get("code") ?? "";
    expect(now.pending.paste(code)).toBeUndefined();
    const end = await now.done;
    if (end.kind !== "failed") throw new Error(end.kind);
    const { sentence } = end;
    expect(sentence).toMatch(/^This code .* another login/);
    expect(sentence).toContain("paste the whole address");
    expect(sentence.indexOf("Desktop app")).toBeGreaterThan(sentence.indexOf("another login"));
    expectClean(sentence);
    expect(entries()).toEqual([]);
    earlier.pending.cancel();
  });

  test("of a code that Google does not know ends in words without the code", async () => {
    const { parts } = await loginWorld(NO_BROWSER);
    const { pending, done } = await started(WANTED, parts);
    expect(pending.paste("4/0AnobodysCode-planted")).toBeUndefined();
    const end = await done;
    expect(end).toMatchObject({ kind: "failed", sentence: expect.stringContaining("does not take the code") });
    expectClean(JSON.stringify(end));
  });
});

describe("time", () => {
  test("after five minutes it is over, here and in a browser that comes later", async () => {
    const { google, parts, clock } = await loginWorld(NO_BROWSER);
    const { pending, done } = await started(WANTED, parts);
    await clock.advance(299_999);
    const back = await returnedTo(pending.url);
    await clock.advance(1);
    expect(await done).toMatchObject({ kind: "late", sentence: expect.stringContaining("five minutes") });
    expect((await show(back)).text).toContain("Too late");
    expect(google.stats().byPath["token"]).toBeUndefined();
    await clock.advance(60_000);
    expect(clock.pending()).toBe(0);
    await expect(fetch(back)).rejects.toThrow();
  });

  test("no timer is left after a login", async () => {
    const { parts, clock } = await loginWorld();
    await logIn(parts);
    await clock.advance(60_000);
    expect(clock.pending()).toBe(0);
  });
});

describe("giving up", () => {
  test("while it waits frees the port at once", async () => {
    const { parts, entries } = await loginWorld(NO_BROWSER);
    const { pending, done } = await started(WANTED, parts);
    const back = await returnedTo(pending.url);
    pending.cancel();
    expect(await done).toMatchObject({ kind: "aborted", sentence: "Given up: no account was stored." });
    await expect(fetch(back)).rejects.toThrow();
    expect(entries()).toEqual([]);
  });

  test("by the caller's signal, before or meanwhile", async () => {
    const { parts, shown } = await loginWorld();
    const early = await started(WANTED, { ...parts, signal: AbortSignal.abort() });
    expect((await early.done).kind).toBe("aborted");
    expect(early.pending.isOpened).toBe(false);
    expect(shown).toEqual([]);
    const leaving = new AbortController();
    const late = await started({ ...WANTED, opensBrowser: false }, { ...parts, signal: leaving.signal });
    leaving.abort();
    expect((await late.done).kind).toBe("aborted");
  });

  test("while Google does not answer stores nothing", async () => {
    const faults = [{ on: { path: "token" as const }, answer: "silent" }];
    const { parts, entries } = await loginWorld({ ...NO_BROWSER, faults });
    const asked = Promise.withResolvers<void>();
    const exchange: OAuthLogin["exchange"] = (code, signal) => {
      asked.resolve();
      return parts.oauth.exchange(code, signal);
    };
    const { pending, done } = await started(WANTED, { ...parts, oauth: { ...parts.oauth, exchange } });
    pending.paste(await returnedTo(pending.url));
    await asked.promise;
    pending.cancel();
    expect((await done).kind).toBe("aborted");
    expect(entries()).toEqual([]);
  });
});

describe("several logins at once", () => {
  test("do not disturb each other", async () => {
    const { parts, entries } = await loginWorld(NO_BROWSER);
    const [one, two] = await Promise.all([
      started(WANTED, parts),
      started({ ...WANTED, loginHint: "you@home.example" }, parts),
    ]);
    const [backOne, backTwo] = await Promise.all([returnedTo(one.pending.url), returnedTo(two.pending.url)]);
    expect(new URL(backOne).port).not.toBe(new URL(backTwo).port);
    // The other's answer is refused.
    expect(one.pending.paste(backTwo)).toContain("does not belong");
    expect((await show(backTwo)).status).toBe(200);
    expect((await show(backOne)).status).toBe(200);
    expect((await Promise.all([one.done, two.done])).map(({ kind }) => kind)).toEqual(["concluded", "concluded"]);
    expect(entries().map(({ account }) => account.label)).toEqual(["y…@home.example", "m…@work.example"]);
  });
});
