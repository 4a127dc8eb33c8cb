import { AccountPool } from "../src/pool/account-pool";
import { createMemoryState } from "../src/storage/memory-state";
import { aBinding, anEntry, NOW, sourceOf } from "../test/support/builders";
import { fakeClock } from "../test/support/fake-clock";
import { seededChance } from "../test/support/seeded-chance";

const ACCOUNTS = 1_000;
const HISTORY = 10_000;
const TURNS = 2_000;

const CALL = { model: "gemini-2.5-flash", method: "generateContent", streaming: false } as const;

/** What one new conversation's whole acquire costs in µs, from a pool that has seen so many before; the fastest tenth. */
function acquireMicros(historyCount: number): number {
  const entries = Array.from({ length: ACCOUNTS }, (_, index) => anEntry({ id: `a${index}`, label: `a${index}` }));
  const state = createMemoryState();
  const old = NOW - 3_600_000;
  for (let index = 0; index < historyCount; index++) {
    const binding = aBinding({ sessionId: `old-${index}`, accountId: "a1", boundAt: old, lastAnswerAt: old });
    state.apply([{ type: "binding.set", binding }]);
  }
  const pool = new AccountPool({
    source: sourceOf(...entries),
    state,
    clock: fakeClock(),
    chance: seededChance(),
    events: { emit: () => {} },
    serves: () => true,
  });
  const once = (turn: number) => {
    const call = { ...CALL, sessionId: `new-${turn}` };
    const began = performance.now();
    const acquired = pool.acquire({
      call,
      model: call.model,
      left: new Set(),
      textChars: () => 4_000,
      requestId: String(turn),
    });
    const took = performance.now() - began;
    if (acquired.kind === "leased") acquired.lease.release();
    return took * 1_000;
  };
  for (let turn = 0; turn < TURNS; turn++) once(turn);
  const times = Array.from({ length: TURNS }, (_, turn) => once(TURNS + turn)).sort((a, b) => a - b);
  return times[Math.floor(TURNS / 10)] ?? 0;
}

/** The line for the table: all that a new conversation costs among 1,000 accounts, beside the same with a long history. */
export function acquireRow() {
  const [bare, long] = [acquireMicros(0), acquireMicros(HISTORY)];
  return {
    what: "acquire, 1,000 accounts",
    figure: `${bare.toFixed(0)} µs`,
    noise: `${long.toFixed(0)} µs after 10,000`,
    target: "≤ 100 µs",
    met: bare <= 100,
  };
}

if (import.meta.main) console.log(acquireRow());
