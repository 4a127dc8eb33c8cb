import { describe, expect, test } from "bun:test";
import { aParked } from "../support/builders";
import { loginCli, RETURNED } from "./login-parts";

type Cli = ReturnType<typeof loginCli>;
const KEY = "AIza-example-0123456789abcd";
const invalid = {
  kind: "parked",
  state: "key-invalid",
  scope: "account",
  status: 400,
  sentence: "Not valid.",
} as const;
const offline = { kind: "transient", cause: "network", status: 0, sentence: "connection refused" } as const;

/** Parks the only account, and lets a moment pass. */
async function park({ accounts, state, clock }: Cli): Promise<void> {
  const accountId = accounts()[0]?.id ?? "";
  state.apply([{ type: "account.parked", parked: aParked({ accountId, since: clock.now() }) }]);
  await clock.advance(1_000);
}
const isParked = ({ state }: Cli) => state.current().parked.size > 0;

describe("a key", () => {
  test("that works again is used again", async () => {
    const world = loginCli({ stdin: KEY });
    await world.run("login", "--key", "-", "--label", "mine");
    await park(world);
    expect(await world.run("verify", "Mine")).toBe(0);
    expect(world.seen.out).toEndWith("mine works again.\n");
    expect(isParked(world)).toBe(false);
  });

  test("that is still refused, or cannot be asked about, stays as it is", async () => {
    for (const [outcome, words] of [
      [invalid, "still cannot be used: Not valid."],
      [offline, "could not be checked: connection refused"],
    ] as const) {
      let isAdded = false;
      const world = loginCli({ stdin: KEY, key: () => (isAdded ? { kind: "refused", outcome } : { kind: "valid" }) });
      await world.run("login", "--key", "-", "--label", "mine");
      await park(world);
      isAdded = true;
      expect(await world.run("verify", "mine")).toBe(1);
      expect(world.seen.err).toContain(words);
      expect(world.seen.err).not.toContain(KEY);
      expect(isParked(world)).toBe(true);
    }
  });
});

test("a service account is asked about by one call", async () => {
  const world = loginCli({});
  await world.run("login", "--service-account", "robot.json");
  await park(world);
  expect(await world.run("verify", world.accounts()[0]?.id ?? "")).toBe(0);
  expect(isParked(world)).toBe(false);
});

describe("a seat", () => {
  const waits = { kind: "needs-verification", sentence: "Verify.", url: "https://accounts.google.com/v" } as const;
  const lines = (state: string) => [RETURNED(state)];

  test("that its person has verified is used again", async () => {
    const world = loginCli({ lines, seat: [waits] });
    await world.addClient();
    expect(await world.run("login", "--seat", "--label", "seat", "--code", "-")).toBe(1);
    await world.clock.advance(1_000);
    expect(await world.run("verify", "seat")).toBe(0);
    expect(isParked(world)).toBe(false);
  });

  test("that waits still says where to go", async () => {
    const world = loginCli({ lines, seat: [waits, waits] });
    await world.addClient();
    await world.run("login", "--seat", "--label", "seat", "--code", "-");
    expect(await world.run("verify", "seat")).toBe(1);
    expect(world.seen.err).toContain("https://accounts.google.com/v");
  });
});

test("whom it is about must be known, and a key in the wrong place is not repeated", async () => {
  const world = loginCli({ types: ["1", KEY, "twin", "", "1", `${KEY}2`, "twin", ""] });
  await world.run("login");
  await world.run("login");
  expect(await world.run("verify")).toBe(2);
  expect(await world.run("verify", KEY)).toBe(2);
  expect(await world.run("verify", "twin")).toBe(2);
  expect(world.seen.err).toContain(
    world
      .accounts()
      .map(({ id }) => id)
      .join(", "),
  );
  expect(world.seen.err).not.toContain(KEY);
});
