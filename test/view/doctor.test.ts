import { describe, expect, test } from "bun:test";
import type { CheckUp, Examined, Finding } from "../../src/core/finding";
import { doctorJson, doctorLines } from "../../src/view/doctor";
import { sentenceOf } from "../../src/view/doctor-words";

const PATH = "/home/me/.config/opencode/gemini-auth.json";
const BACKUP = { path: `${PATH}.bak`, labels: ["side project", "work seat"] };

/** One of every kind. */
const EVERY: readonly Finding[] = [
  { kind: "accounts", path: PATH, real: undefined, accountCount: 1 },
  { kind: "accounts", path: PATH, real: "/home/me/dotfiles/auth.json", accountCount: 4 },
  { kind: "accounts-missing", path: PATH, backup: undefined },
  { kind: "accounts-missing", path: PATH, backup: BACKUP },
  {
    kind: "accounts-broken",
    path: PATH,
    what: "is not valid JSON (line 3, column 5: expected value)",
    isBlank: false,
    backup: BACKUP,
  },
  { kind: "accounts-broken", path: PATH, what: "must hold one JSON object", isBlank: false, backup: undefined },
  { kind: "accounts-broken", path: PATH, what: "is empty", isBlank: true, backup: undefined },
  { kind: "accounts-newer", path: PATH },
  { kind: "accounts-unreadable", path: PATH, code: "EACCES" },
  { kind: "account-broken", path: PATH, what: 'account 3 ("work"): credential.key is missing' },
  { kind: "backup-behind", path: BACKUP.path, because: "missing", held: [] },
  { kind: "backup-behind", path: BACKUP.path, because: "older", held: [] },
  { kind: "backup-behind", path: BACKUP.path, because: "broken", held: [] },
  { kind: "too-open", path: PATH, what: "file", mode: 0o644, wanted: 0o600 },
  { kind: "too-open", path: "/home/me/.config/opencode", what: "directory", mode: 0o755, wanted: 0o700 },
  { kind: "left-over", path: `${PATH}.x.tmp` },
  { kind: "stale-lock", path: `${PATH}.lock`, ageMs: 600_000 },
  { kind: "copies", paths: [`${PATH}.corrupt-1`, `${PATH}.bak-2`], held: [] },
  { kind: "trouble", sentence: "gemini-pool.jsonc: strategy must be one of a, b." },
  { kind: "shared-quota", backend: "gemini-api", name: "side-1", labels: ["one", "two"] },
  { kind: "shared-quota", backend: "code-assist", name: undefined, labels: ["one", "two"] },
  { kind: "shared-quota", backend: "vertex", name: "prod-9", labels: ["one", "two", "three"] },
  { kind: "too-open", path: "/srv/shared", what: "directory", mode: 0o777, wanted: 0o777 },
  { kind: "too-open", path: "/home/me/.config/opencode", what: "directory", mode: 0o777, wanted: 0o700 },
  { kind: "copies", paths: [`${PATH}.bak-2`], held: [{ path: `${PATH}.bak-2`, labels: ["one", "two"] }] },
  { kind: "dead-link", path: PATH, target: "/media/stick/auth.json" },
  { kind: "client-broken", path: PATH, what: "OAuth client 2: name and id must be texts" },
  { kind: "field-slip", path: PATH, where: 'account 1 ("work")', field: "enable", meant: "enabled" },
  { kind: "field-slip", path: PATH, where: undefined, field: "Accounts", meant: "accounts" },
  { kind: "unwritable", path: "/home/me/.config/opencode", code: "EACCES" },
  { kind: "unwritable", path: "/home/me/.config/opencode", code: "EROFS" },
  { kind: "unwritable", path: "/home/me/.config/opencode", code: "ENOSPC" },
  { kind: "unwritable", path: "/home/me/.config/opencode", code: "EIO" },
  { kind: "lock-blocked", path: `${PATH}.lock`, what: "file" },
  { kind: "lock-blocked", path: `${PATH}.lock`, what: "directory" },
  {
    kind: "waiting",
    label: "work",
    origin: "file",
    reason: "billing needs attention",
    url: "https://console.example/billing",
  },
  {
    kind: "waiting",
    label: "seat",
    origin: "file",
    reason: "needs a new login: Google no longer accepts it.",
    url: undefined,
  },
  {
    kind: "accounts-lossy",
    path: PATH,
    what: 'has "tags" twice, again in line 7; what stands under the first is not seen',
    remedy: "Keep one of the two",
  },
];

const STANDINGS: readonly Examined["standing"][] = ["fine", "note", "open", "fixed", "failed"];

const textOf = (finding: Finding, rest: Partial<Examined> = {}): string =>
  doctorLines({ healthy: false, examined: [{ finding, standing: "open", ...rest }] })
    .slice(2)
    .join(" ")
    .replace(/ +/g, " ");

describe("a check in words", () => {
  test("fits 80 columns, whatever was seen and whatever became of it", () => {
    for (const standing of STANDINGS) {
      const examined = EVERY.map((finding): Examined => ({ finding, standing, why: "the disk is full" }));
      for (const line of doctorLines({ healthy: false, examined })) expect([...line].length).toBeLessThanOrEqual(80);
    }
  });

  test("begins with the sum, then what needs somebody, then what was put right, then the rest", () => {
    const [good, , nothing] = EVERY as [Finding, Finding, Finding];
    const checkUp: CheckUp = {
      healthy: false,
      examined: [
        { finding: nothing, standing: "note" },
        { finding: good, standing: "fine" },
        { finding: { kind: "left-over", path: "/x.tmp" }, standing: "fixed" },
        { finding: { kind: "trouble", sentence: "The options are wrong." }, standing: "open" },
      ],
    };
    expect(doctorLines(checkUp)).toEqual([
      "Gemini pool: 1 thing needs you · 1 thing was put right",
      "",
      "! The options are wrong.",
      "✓ /x.tmp, left by a process that was stopped, was removed.",
      `✓ ${PATH}: 1 account.`,
      `· There is no accounts file yet (${PATH}).`,
      "  → gemini-pool login",
    ]);
  });

  test("says in one line that all is well", () => {
    const examined: Examined[] = [{ finding: EVERY[0] as Finding, standing: "fine" }];
    expect(doctorLines({ healthy: true, examined })[0]).toBe("Gemini pool: all is well");
  });

  const words: readonly (readonly [number, string])[] = [
    [1, "gemini-auth.json, a link to /home/me/dotfiles/auth.json: 4 accounts."],
    [
      3,
      "is gone. Its backup holds 2 accounts (side project, work seat). → If it was deleted by accident: gemini-pool doctor --fix.",
    ],
    [4, "line 3, column 5"],
    [4, "bring back the 2 accounts (side project, work seat) of the backup: gemini-pool doctor --fix"],
    [5, "there is no backup"],
    [6, "Begin a new one: gemini-pool doctor --fix"],
    [7, "Update the plugin"],
    [8, "cannot be read (EACCES). → Check who owns the file"],
    [9, 'account 3 ("work"): credential.key is missing. The other accounts work.'],
    [13, "Others on this machine can read"],
    [13, "(mode 644, better 600). → gemini-pool doctor --fix"],
    [14, "can list"],
    [16, "died 10 minutes ago"],
    [19, "2 keys, 1 project (side-1), 1 quota: one, two."],
    [20, "2 logins, 1 person, 1 quota: one, two."],
    [22, "can change /srv/shared (mode 777), where files of the pool are. It is not opencode's own directory"],
    [
      22,
      'If nobody else needs it: chmod go-rwx "/srv/shared". If somebody does, keep the files of the pool elsewhere.',
    ],
    [23, 'If it is not shared on purpose: chmod 700 "/home/me/.config/opencode"'],
    [21, "3 accounts, 1 project (prod-9), 1 quota: one, two, three."],
    [
      24,
      `To get back 2 accounts (one, two) of a copy alone: gemini-pool import "${PATH}.bak-2". Delete those that you do not need.`,
    ],
    [25, `${PATH} is a link to /media/stick/auth.json, which is not there`],
    [25, "If its disk is not mounted, mount it."],
    [26, `${PATH}: OAuth client 2: name and id must be texts. No login can use it.`],
    [27, `${PATH}: "enable" in account 1 ("work") does nothing. "enabled" may be meant.`],
    [28, `${PATH}: "Accounts" at its top does nothing. "accounts" may be meant. → Correct it in the file`],
    [29, "Nothing can be written in /home/me/.config/opencode (EACCES): no account can be added or changed."],
    [29, 'chmod u+rwx "/home/me/.config/opencode"'],
    [30, "GEMINI_POOL_CONFIG_DIR"],
    [31, "Make room on its disk."],
    [32, "Check the directory"],
    [33, `${PATH}.lock is a plain file in the place of a lock: accounts cannot be changed. → gemini-pool doctor --fix`],
    [34, `rm -r "${PATH}.lock"`],
  ];
  test.each(words)("number %i says: %s", (index, sentence) => {
    expect(textOf(EVERY[index] as Finding)).toContain(sentence);
  });

  test("a restore says who is back, what may be missing, who was left out and where the broken version is", () => {
    const restored = { labels: ["side project"], leftOutCount: 1, copy: `${PATH}.corrupt-1` };
    const text = textOf(EVERY[4] as Finding, { standing: "fixed", restored });
    expect(text).toContain("back from the backup: 1 account (side project).");
    expect(text).toContain("What was changed after the backup was written may be missing.");
    expect(text).toContain("Left out because it had been removed: 1 account.");
    expect(text).toContain(`kept as ${PATH}.corrupt-1.`);
  });

  test("a restore names whom the broken version had no more, and the way back", () => {
    const absent = { labels: ["work seat"], copy: `${PATH}.bak-1` };
    const restored = { labels: ["side project"], leftOutCount: 0, copy: undefined, absent, isGuess: false };
    const text = textOf(EVERY[4] as Finding, { standing: "fixed", restored });
    expect(text).toContain("Left out because the broken version had them no more: 1 account (work seat).");
    expect(text).toContain(`To get them back: gemini-pool import "${PATH}.bak-1"`);
    expect(text).not.toContain("may be back");
  });

  test("a restore of which little was left says that what was removed by hand may be back", () => {
    const restored = { labels: ["side project"], leftOutCount: 0, copy: undefined, isGuess: true };
    const text = textOf(EVERY[4] as Finding, { standing: "fixed", restored });
    expect(text).toContain("Accounts that were removed or disabled by hand since then may be back.");
  });

  test("what failed says why", () => {
    const text = textOf(EVERY[13] as Finding, { standing: "failed", why: "the disk is read-only." });
    expect(text).toContain("→ Not put right: the disk is read-only.");
  });

  test("labels cannot play with the terminal", () => {
    const text = textOf({ kind: "shared-quota", backend: "gemini-api", name: "p", labels: ["a\u001b[2J", "b\nc"] });
    expect(text).not.toContain("\u001b");
    expect(text).toContain("b c");
  });

  test("in passing: one line with the next step", () => {
    const backup = { path: BACKUP.path, labels: ["a\u001b[2J"] };
    expect(sentenceOf({ kind: "accounts-missing", path: PATH, backup })).toBe(
      `${PATH} is gone. Its backup holds 1 account (a [2J). If it was deleted by accident: gemini-pool doctor --fix. If not, delete ${BACKUP.path} too.`,
    );
  });

  test("for programs: kind, standing, path, sentence and next step of each", () => {
    const examined: Examined[] = [{ finding: EVERY[13] as Finding, standing: "open" }];
    expect(doctorJson({ healthy: false, examined })).toEqual({
      healthy: false,
      findings: [
        {
          kind: "too-open",
          standing: "open",
          path: PATH,
          sentence: `Others on this machine can read ${PATH} (mode 644, better 600).`,
          nextStep: "gemini-pool doctor --fix",
        },
      ],
    });
  });
});

test("an account that waits is named with why and with what brings it back", () => {
  const words = (reason: string, url?: string) =>
    textOf({ kind: "waiting", label: "work", origin: "file", reason, url });
  expect(words("billing needs attention", "https://x.example/b")).toBe(
    '! work waits for you: billing needs attention. → See https://x.example/b, then: gemini-pool verify "work"',
  );
  expect(words("no licence for Gemini Code Assist")).toContain('→ Once that is done: gemini-pool verify "work"');
  expect(words("needs a new login: revoked.")).toBe(
    '! work waits for you: needs a new login: revoked. → gemini-pool login --account "work"',
  );
  const elsewhere = {
    kind: "waiting",
    label: "KEY",
    origin: "environment",
    reason: "the key is not valid",
    url: undefined,
  };
  expect(textOf(elsewhere as Finding)).toContain("→ It is kept in the environment or in opencode: change it there.");
});
