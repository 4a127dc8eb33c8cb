import { describe, expect, test } from "bun:test";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld } from "../support/pool-world";

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

  test("without signatures to replace is not sent twice", async () => {
    const world = poolWorld({ accounts: accounts(), google });
    expect(await world.ask({ session: "a", model: MODEL, body: history() })).toStartWith("rejected 400");
    expect(world.google.said().length).toBe(1);
  });
});
