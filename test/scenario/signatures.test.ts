import { describe, expect, test } from "bun:test";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat } from "../support/pool-world";

const MODEL = "gemini-3-flash-preview";
const CALL = { functionCall: { name: "look", args: {} } };
const google = {
  ...GOOGLE,
  strictSignatures: true,
  replies: [{ when: { hasFunctionResponse: true }, parts: [{ text: "done" }] }, { parts: [CALL] }],
};
/** A history whose one step was signed by the account of that name; without one it is not signed at all. */
const history = (signature?: string) => ({
  contents: [
    { role: "user", parts: [{ text: "look" }] },
    { role: "model", parts: [{ ...CALL, ...(signature === undefined ? {} : { thoughtSignature: signature }) }] },
    { role: "user", parts: [{ functionResponse: { name: "look", response: { content: "seen" } } }] },
  ],
});

/** What the account that answers puts on its first step. */
async function signed(world: ReturnType<typeof poolWorld>, session: string): Promise<string> {
  const reply = await world.start({ session, model: MODEL });
  if (reply.kind !== "answered") throw new Error(reply.kind);
  const text = await reply.response.text();
  return /"thoughtSignature":\s*"([^"]+)"/.exec(text)?.[1] ?? "";
}
const accounts = () => [key("one"), key("two", { priority: 1 })];
const last = (world: ReturnType<typeof poolWorld>) => world.google.calls.at(-1)?.signatures;

describe("a conversation with thought signatures", () => {
  test("keeps them while it stays where it began, also when its title was asked elsewhere", async () => {
    const faults = [{ on: { account: "one", model: "gemini-2.5-flash-lite" }, answer: "gl_429_free_rpd" }];
    const world = poolWorld({ accounts: accounts(), google: { ...google, faults } });
    const signature = await signed(world, "a");
    await world.ask({ session: "a", model: "gemini-2.5-flash-lite" });
    expect(world.google.calls.at(-1)?.account).toBe("two");
    expect(await world.ask({ session: "a", model: MODEL, body: history(signature) })).toBe("200 done");
    expect(last(world)).toMatchObject({ own: 1, placeholder: 0 });
    expect(world.google.calls.at(-1)?.account).toBe("one");
  });

  test("goes on with another account when its own is out, and from then on with placeholders", async () => {
    const faults = [{ on: { account: "one", model: MODEL }, calls: { from: 2 }, answer: "gl_429_free_rpd" }];
    const world = poolWorld({ accounts: accounts(), google: { ...google, faults } });
    const signature = await signed(world, "a");
    for (let turn = 0; turn < 2; turn++) {
      expect(await world.ask({ session: "a", model: MODEL, body: history(signature) })).toBe("200 done");
      expect(last(world)).toMatchObject({ own: 0, foreign: 0, placeholder: 1 });
    }
    expect(world.google.said().filter((call) => call.includes("signature"))).toEqual([]);
  });

  test("of an unknown history is repaired before it is sent, each time", async () => {
    const world = poolWorld({ accounts: accounts(), google });
    const foreign = await signed(poolWorld({ accounts: [key("two")], google }), "elsewhere");
    for (let turn = 0; turn < 2; turn++) {
      expect(await world.ask({ session: "fork", model: MODEL, body: history(foreign) })).toBe("200 done");
    }
    expect(world.google.said()).toEqual(["one: ok", "one: ok"]);
  });

  test("that is refused for its signatures is repaired once, on the same account", async () => {
    const faults = [{ on: { account: "one" }, calls: [2], answer: "any_400_thought_signature_invalid" }];
    const world = poolWorld({ accounts: accounts(), google: { ...google, faults } });
    const signature = await signed(world, "a");
    expect(await world.ask({ session: "a", model: MODEL, body: history(signature) })).toBe("200 done");
    expect(world.google.said()).toEqual(["one: ok", "one: any_400_thought_signature_invalid", "one: ok"]);
    expect(last(world)).toMatchObject({ placeholder: 1 });
  });

  test("whose steps were never signed is refused once, and then sent with the placeholder put in", async () => {
    const world = poolWorld({ accounts: accounts(), google });
    expect(await world.ask({ session: "a", model: MODEL, body: history() })).toBe("200 done");
    expect(world.google.said().length).toBe(2);
    expect(last(world)).toMatchObject({ placeholder: 1, missing: 0 });
  });

  test("with nothing to repair is not sent twice", async () => {
    const faults = [{ answer: "any_400_thought_signature_invalid" }];
    const world = poolWorld({ accounts: accounts(), google: { ...google, faults } });
    expect(await world.ask({ session: "a", model: MODEL })).toStartWith("rejected 400");
    expect(world.google.said().length).toBe(1);
  });

  test("that comes back to its first account shows it its own signatures and no others, also after a restart", async () => {
    const faults = [
      { on: { account: "one", model: MODEL }, calls: { from: 2, to: 2 }, answer: "gl_429_free_rpm" },
      { on: { account: "two", model: MODEL }, calls: { from: 2 }, answer: "gl_429_free_rpd" },
    ];
    const world = poolWorld({ accounts: accounts(), google: { ...google, faults } });
    const byOne = await signed(world, "a");
    const byTwo = await signed(world, "a");
    expect(world.google.said()).toEqual(["one: ok", "one: gl_429_free_rpm", "two: ok"]);
    await world.clock.advance(120_000);
    const both = { contents: [...history(byOne).contents, ...history(byTwo).contents] };
    const restarted = poolWorld({ accounts: accounts(), google, after: world });
    for (const again of [world, restarted]) {
      expect(await again.ask({ session: "a", model: MODEL, body: both })).toBe("200 done");
      expect(world.google.calls.at(-1)).toMatchObject({
        account: "one",
        signatures: { own: 1, foreign: 0, placeholder: 1 },
      });
    }
  });
});

describe("a refusal for signatures", () => {
  const WORDS = [
    "any_400_thought_signature_invalid",
    "gl_400_thought_signature_corrupted",
    "ca_400_thought_signature_bytes",
  ];
  for (const answer of WORDS) {
    test(`${answer}: exactly one repaired retry, on the same account, and no other account is asked`, async () => {
      const faults = [{ on: { account: "one" }, calls: [2], answer }];
      const world = poolWorld({ accounts: accounts(), google: { ...google, faults } });
      const signature = await signed(world, "a");
      expect(await world.ask({ session: "a", model: MODEL, body: history(signature) })).toBe("200 done");
      expect(world.google.said()).toEqual(["one: ok", `one: ${answer}`, "one: ok"]);
      expect(last(world)).toMatchObject({ own: 0, placeholder: 1 });
    });

    test(`${answer}, also after the repair: the user reads Google's words after two calls`, async () => {
      const faults = [{ calls: { from: 2 }, answer }];
      const world = poolWorld({ accounts: accounts(), google: { ...google, faults } });
      const signature = await signed(world, "a");
      expect(await world.ask({ session: "a", model: MODEL, body: history(signature) })).toMatch(
        /^rejected 400: .*signature/i,
      );
      expect(world.google.said().length).toBe(1 + 2);
      expect(world.state.current().parked.size).toBe(0);
    });
  }
});

describe("a conversation that has to leave its account passes a strict check", () => {
  for (const [from, to] of [
    ["one", "seat"],
    ["seat", "one"],
  ] as const) {
    test(`from ${from} to ${to}, turn after turn, without one refusal for signatures`, async () => {
      const entry = {
        one: key("one", { priority: from === "one" ? 0 : 1 }),
        seat: seat({ priority: from === "seat" ? 0 : 1 }),
      };
      const faults = [{ on: { account: from, model: MODEL }, calls: { from: 2 }, answer: "ca_429_quota_exhausted_5h" }];
      const world = poolWorld({ accounts: [entry[from], entry[to]], google: { ...google, faults } });
      const steps = [await signed(world, "a")];
      for (let turn = 0; turn < 5; turn++) {
        const body = { contents: steps.flatMap((step) => history(step).contents) };
        expect(await world.ask({ session: "a", model: MODEL, body })).toBe("200 done");
        // The answers of the new account carry signatures of their own.
        steps.push(await signed(world, "a"));
      }
      expect(world.google.said().filter((said) => /signature/.test(said))).toEqual([]);
      expect(world.google.said().filter((said) => said === `${from}: ca_429_quota_exhausted_5h`).length).toBe(1);
      expect(last(world)).toMatchObject({ foreign: 0, missing: 0 });
    });
  }

  test("its new account's own signatures stay as they are", async () => {
    const faults = [{ on: { account: "one", model: MODEL }, calls: { from: 2 }, answer: "gl_429_free_rpd" }];
    const world = poolWorld({ accounts: accounts(), google: { ...google, faults } });
    const byOne = await signed(world, "a");
    const byTwo = await signed(world, "a");
    const body = { contents: [...history(byOne).contents, ...history(byTwo).contents] };
    expect(await world.ask({ session: "a", model: MODEL, body })).toBe("200 done");
    expect(world.google.calls.at(-1)).toMatchObject({
      account: "two",
      signatures: { own: 1, placeholder: 1, foreign: 0 },
    });
  });
});
