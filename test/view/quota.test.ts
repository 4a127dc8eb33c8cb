import { describe, expect, test } from "bun:test";
import { quotaMarkdown, quotaTable } from "../../src/view/quota";
import { aCooldown, aQuota, NOW } from "../support/builders";
import { anAccountSnapshot, aPool, HOUR, NO_USAGE, time } from "./pool";

const table = (...args: Parameters<typeof aPool>) => quotaTable(aPool(...args), time).join("\n");

const PRO_PAUSE = aCooldown({
  scope: { kind: "quota", quotaScope: "gemini-api/side-1", group: "gemini-2.5-pro" },
  reason: "daily-quota",
  until: NOW + 20 * HOUR,
});

describe("the quota table", () => {
  test("reads well as a whole", () => {
    const used = {
      ...NO_USAGE,
      requests: 12,
      ok: 11,
      failed: 1,
      inputTokens: 34_100,
      outputTokens: 1_500,
      thoughtTokens: 500,
    };
    const side = anAccountSnapshot({
      health: 0.93,
      quotas: [
        aQuota({ remainingFraction: 0.4, resetAt: NOW + 20 * HOUR }),
        aQuota({ group: "gemini-2.5-flash", remainingFraction: 1 }),
      ],
      usage: { today: used, total: used },
    });
    const work = anAccountSnapshot({
      id: "s1",
      label: "work",
      backend: "code-assist",
      credential: "oauth",
      tier: "standard",
      quotaScope: "code-assist/1098",
      state: "cooling",
      reason: "used up for the day (pro)",
      until: NOW + 2.5 * HOUR,
      health: 0.7,
      inFlight: 1,
      quotas: [aQuota({ group: "pro", remainingFraction: 0, resetAt: NOW + 2.5 * HOUR })],
    });
    const home = anAccountSnapshot({
      id: "h1",
      label: "home",
      tier: undefined,
      quotaScope: "gemini-api/home",
      state: "parked",
      reason: "the key is not valid: API key not valid. Please pass a valid API key.",
      url: "https://example.test/keys",
      health: 0.5,
      priority: 2,
      origin: "environment",
    });
    expect(table([side, work, home], { nextAvailableAt: NOW + 2.5 * HOUR })).toBe(
      [
        "Gemini pool: 1 of 3 accounts can answer · next back 14:30 (work)",
        "Today: 12 requests, 11 ok, 1 failed · 34k tokens in, 2.0k out",
        "",
        "Left in all accounts together, as far as it is known:",
        "  Gemini 2.5",
        "    gemini-2.5-flash       ██████████ 100 % left, 0 % used · 1 quota",
        "    gemini-2.5-pro         ████░░░░░░ 40 % left, 60 % used · 1 quota",
        "  Other models",
        "    pro                    ░░░░░░░░░░ 0 % left, 100 % used · 1 quota",
        "",
        "side project · Gemini API, API key · free",
        "  available · health 93 %",
        "    gemini-2.5-flash       ██████████ 100 % left, 0 % used · resets 13:00",
        "    gemini-2.5-pro         ████░░░░░░ 40 % left, 60 % used",
        "      resets tomorrow 08:00",
        "    today 12 requests, 11 ok, 1 failed · 34k tokens in, 2.0k out",
        "",
        "work · Code Assist, login · standard",
        "  cooling until 14:30: used up for the day (pro) · health 70 % · 1 call out now",
        "    pro                    ░░░░░░░░░░ 0 % left, 100 % used · resets 14:30",
        "    today no requests",
        "",
        "home · Gemini API, API key · from the environment",
        "  parked: the key is not valid: API key not valid. Please pass a valid API key.",
        "    · health 50 % · priority 2",
        "  https://example.test/keys",
        "    today no requests",
      ].join("\n"),
    );
  });

  test("an empty pool says how to fill it", () => {
    expect(table([])).toBe("No Gemini account yet. Run /login in opencode, or: opencode auth login");
  });

  test("what is wrong with the accounts file comes first", () => {
    expect(table([], { problem: "gemini-auth.json: line 3 has a bad comma" })).toStartWith(
      "! gemini-auth.json: line 3 has a bad comma",
    );
  });

  test("an available account still says which model is paused", () => {
    expect(table([anAccountSnapshot({ cooldowns: [PRO_PAUSE] })])).toContain(
      "\n    gemini-2.5-pro: used up for the day, back tomorrow 08:00\n",
    );
  });

  test("two keys of one project are one quota in the sum", () => {
    const quotas = [aQuota({ remainingFraction: 0.5 })];
    const other = anAccountSnapshot({
      id: "x",
      quotaScope: "gemini-api/other",
      quotas: [aQuota({ remainingFraction: 0.2 })],
    });
    const text = table([anAccountSnapshot({ quotas }), anAccountSnapshot({ id: "k2", quotas }), other]);
    expect(text).toContain("████░░░░░░ 35 % left, 65 % used · 2 quotas");
  });

  test("a window that has reset is not shown as used up", () => {
    const text = table([anAccountSnapshot({ quotas: [aQuota({ remainingFraction: 0, resetAt: NOW })] })]);
    expect(text).toContain("gemini-2.5-pro         has reset, not read again since");
    expect(text).toContain("100 % left, 0 % used · 1 quota");
  });

  test.each([40, 60, 80, 120])("keeps to %p columns but for addresses and bars", (width) => {
    const sentence =
      "the key is not valid: this is a long sentence of Google's that goes on and on about keys and projects";
    const account = anAccountSnapshot({
      state: "parked",
      reason: sentence,
      cooldowns: [PRO_PAUSE],
      label: "ü".repeat(200),
    });
    const pool = aPool([account], { problem: sentence });
    for (const line of quotaTable(pool, time, { width })) expect([...line].length).toBeLessThanOrEqual(width);
  });

  test("a label cannot move the cursor or break the lines", () => {
    const text = table([anAccountSnapshot({ label: "a\u001b[2J\nb\u202e", reason: "x\r\ny", state: "parked" })]);
    expect(text).not.toMatch(/[\u001b\r\u202e]/);
    expect(text).toContain("a [2J b · Gemini API");
  });
});

describe("the table as Markdown", () => {
  test("is one code block", () => {
    const text = quotaMarkdown(aPool([anAccountSnapshot()]), time);
    expect(text.split("\n")[0]).toBe("```text");
    expect(text.split("\n").at(-1)).toBe("```");
    expect(text).toContain("\nside project · Gemini API, API key · free\n");
  });

  test("that a label full of backticks cannot end", () => {
    const text = quotaMarkdown(aPool([anAccountSnapshot({ label: "````" })]), time);
    expect(text).toStartWith("`````text\n");
    expect(text).toEndWith("\n`````");
  });
});
