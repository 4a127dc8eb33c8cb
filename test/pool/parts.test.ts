import { describe, expect, test } from "bun:test";
import { createEventHub } from "../../src/pool/event-hub";
import { InFlight } from "../../src/pool/in-flight";
import { createRoster } from "../../src/pool/roster";
import { createSingleFlight, unlessAborted } from "../../src/pool/single-flight";
import { anEntry, sourceOf } from "../support/builders";

const event = { type: "token.refreshed", at: 1, accountId: "a" } as const;

describe("the event hub", () => {
  test("tells everybody, though one of them throws", () => {
    const faults: unknown[] = [];
    const hub = createEventHub((error) => faults.push(error));
    const heard: string[] = [];
    hub.subscribe(() => {
      throw new Error("mine alone");
    });
    const leave = hub.subscribe(({ type }) => heard.push(type));
    hub.emit(event);
    leave();
    hub.emit(event);
    expect(heard).toEqual(["token.refreshed"]);
    expect(faults.length).toBe(2);
  });
});

describe("the roster", () => {
  test("takes one key in two places for one account; the first place names it", () => {
    const [file, environment] = [anEntry({ id: "a", label: "file" }), anEntry({ id: "env", label: "shell" })];
    const same = { ...environment, credential: file.credential };
    const roster = createRoster([sourceOf(file), sourceOf(same, anEntry({ id: "b", label: "other" }))]);
    expect(roster.current().entries.map(({ account }) => account.label)).toEqual(["file", "other"]);
  });

  test("gives the same view while nothing changed and joins what is wrong", () => {
    const fine = sourceOf(anEntry());
    const bad = { current: () => view };
    let view = { entries: [], problem: "corrupt" };
    const roster = createRoster([fine, bad]);
    expect(roster.current()).toBe(roster.current());
    expect(roster.current().problem).toBe("corrupt");
    view = { entries: [], problem: "still corrupt" };
    expect(roster.current().problem).toBe("still corrupt");
  });
});

describe("single flight", () => {
  test("shares one work per key, and a failure is not remembered", async () => {
    const flights = createSingleFlight<number>();
    let runs = 0;
    const work = async () => {
      runs++;
      if (runs === 1) throw new Error("first");
      return runs;
    };
    const [a, b] = await Promise.allSettled([flights.run("k", work), flights.run("k", work)]);
    expect([a.status, b.status, runs]).toEqual(["rejected", "rejected", 1]);
    expect(await flights.run("k", work)).toBe(2);
  });

  test("an abort is heard at once", async () => {
    const controller = new AbortController();
    const never = unlessAborted(new Promise(() => {}), controller.signal);
    controller.abort(new Error("left"));
    expect(await never.catch((error: Error) => error.message)).toBe("left");
  });
});

test("in flight: a conversation is where its last call went until its last call is over", () => {
  const board = new InFlight();
  const first = board.hold("a", "ses");
  const second = board.hold("b", "ses");
  expect(board.sessions.get("ses")).toBe("b");
  second();
  expect(board.sessions.has("ses")).toBe(true);
  first();
  expect(board.sessions.has("ses")).toBe(false);
  expect([board.count("a"), board.count("b")]).toEqual([0, 0]);
});
