import type { ProbeResult } from "../../src/ports/upstream";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { createMemoryState } from "../../src/storage/memory-state";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";

/** The real accounts file over memory, and a Google that says `answer` to every key it is asked about. */
export function addKeyParts(answer: ProbeResult = { kind: "valid" }) {
  const clock = fakeClock();
  const chance = seededChance();
  const files = memoryFiles();
  const path = "/home/me/.config/opencode/gemini-auth.json";
  const store = createAccountsFile({ files, locks: memoryLocks(), clock, chance, path });
  const asked: string[] = [];
  const probe = {
    probe: async (key: string) => {
      asked.push(key);
      return answer;
    },
  };
  return { store, state: createMemoryState(), probe, chance, clock, files, path, asked };
}
