import { expect, test } from "bun:test";
import { aKey, anAccount } from "../support/builders";
import type { Command } from "./model/commands";
import { Play } from "./model/play";
import { stubWorld } from "./stub-world";

/** Stories that once went wrong, as they were found and shrunk. */
const ask = (session: "s", model: "m" | "n"): Command => ({ do: "ask", session, model, tookMs: 0 });
const tell = (who: number, says: "broken" | "busy", forMs: number): Command => ({ do: "google", who, says, forMs });
const wait = (ms: 20_000 | 31_000 | 121_000): Command => ({ do: "wait", ms });

const STORIES: Readonly<Record<string, readonly [readonly string[], readonly Command[]]>> = {
  "the host is not sent back to a backend that is out, though an account only stumbled": [
    ["q", "p", "p"],
    [
      { do: "google to all", says: "broken", forMs: 900 },
      ask("s", "n"),
      tell(4, "broken", 3_600_000),
      ask("s", "m"),
      wait(31_000),
      tell(0, "busy", 900),
      ask("s", "m"),
    ],
  ],
  "nor to a model that the backend refuses everybody": [
    ["q", "p", "r", "s"],
    [
      { do: "google to all", says: "without a word", forMs: 3_600_000 },
      ask("s", "m"),
      tell(0, "busy", 61_000),
      wait(20_000),
      ask("s", "m"),
    ],
  ],
  "nor when the pause of a busy model is shorter than that of its backend": [
    ["q", "p"],
    [
      { do: "google to all", says: "broken", forMs: 3_600_000 },
      ask("s", "n"),
      ask("s", "m"),
      wait(31_000),
      ask("s", "m"),
      wait(121_000),
      ask("s", "n"),
    ],
  ],
};

for (const [what, [projects, story]] of Object.entries(STORIES)) {
  test(what, async () => {
    const play = new Play(projects, 0);
    for (const command of story) await play.run(command);
  });
}

const named = { status: 429, sentence: "no", consumer: "projects/2" };

// Its quota scope then has another name than the one that the request has left.
test("an account is not asked again by the same request because Google names its project in the refusal", async () => {
  const limited = { kind: "limited", scope: "quota", reason: "rate-limit", detailed: true, ...named } as const;
  const { start, clock, calls } = stubWorld({
    accounts: [{ account: anAccount(), credential: aKey() }],
    says: ({ at }) => ({ outcome: { ...limited, until: at + 900 } }),
  });
  await clock.finish(start());
  // One wait is sat out.
  expect(calls.length).toBe(2);
});

test("nor is a busy model asked elsewhere on the same account", async () => {
  const { start, clock, calls } = stubWorld({
    accounts: [{ account: anAccount(), credential: aKey() }],
    says: () => ({ outcome: { kind: "capacity", detailed: true, ...named } }),
  });
  const began = clock.now();
  await clock.finish(start());
  expect(calls.filter(({ at }) => at === began).length).toBe(1);
});

test("a key that was replaced by one of another project does not bench its old siblings", async () => {
  const entry = (id: string, secret: string) => ({ account: anAccount({ id, label: id }), credential: aKey(secret) });
  const limited = { kind: "limited", scope: "quota", reason: "rate-limit", detailed: true, ...named } as const;
  const { start, clock, calls, store, state } = stubWorld({
    accounts: [entry("a", "old"), entry("b", "other")],
    says: ({ at, account }) =>
      account.id === "a" ? { outcome: { ...limited, until: at + 60_000 } } : { outcome: { kind: "success" } },
  });
  for (const accountId of ["a", "b"]) {
    const identity = { accountId, consumer: "projects/1", observedAt: clock.now() };
    state.apply([{ type: "identity.learnt", identity }]);
  }
  store.set([entry("a", "new"), entry("b", "other")]);
  await clock.advance(1);
  expect((await clock.finish(start())).kind).toBe("answered");
  expect(calls.map(({ account }) => account.id)).toEqual(["a", "b"]);
});

// What one key has met is presumed of the other; a slow answer there must not be taken for a sign of anything.
test("calls beyond a presumed limit wait two seconds for a sign of refusal, and no longer: nobody is told to come back", async () => {
  const keyOf = (id: string, quotaProject: string) => ({
    account: anAccount({ id, label: id, quotaProject, priority: id === "a" ? 0 : 1 }),
    credential: aKey(id),
  });
  const window = { meter: "requests", period: "minute" } as const;
  const reason = { kind: "limited", scope: "quota", reason: "rate-limit", detailed: true } as const;
  const { start, clock, calls } = stubWorld({
    accounts: [keyOf("a", "p"), keyOf("b", "q")],
    says: ({ at, account }) =>
      account.id === "a"
        ? { outcome: { ...reason, status: 429, sentence: "no", until: at + 3_600_000, window, quotaValue: 2 } }
        : { outcome: { kind: "success" }, afterMs: 40_000 },
  });
  const began = clock.now();
  const replies = await clock.finish(Promise.all(Array.from({ length: 24 }, () => start())));
  expect(replies.filter(({ kind }) => kind !== "answered")).toEqual([]);
  const late = calls.filter(({ account, at }) => account.id === "b" && at > began + 2_500);
  expect(late).toEqual([]);
});
