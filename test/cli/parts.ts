import type { CliIo, CliParts } from "../../src/cli/command";
import { runCli } from "../../src/cli/main";
import { snapshotOf } from "../../src/core/snapshot-of";
import type { ProbeResult } from "../../src/ports/upstream";
import { createUpkeep } from "../../src/storage/upkeep";
import { addKeyParts } from "../enrol/parts";
import { memoryLocks } from "../support/memory-locks";
import { captured } from "./captured";
import { fakeLogin } from "./login-parts";

/** A command line on fake terminals over the real accounts file in memory. */
export function cli(given: { stdin?: string; isTty?: boolean; answer?: ProbeResult; typed?: string | undefined } = {}) {
  const world = addKeyParts(given.answer);
  const seen = { out: "", err: "", opened: 0, closed: 0, asked: "" };
  const io: CliIo = {
    ...captured(seen),
    stdin: async () => given.stdin ?? "",
    isTty: given.isTty ?? false,
    secret: async (question) => {
      seen.asked = question;
      return given.typed;
    },
  };
  const parts: CliParts = {
    version: "1.2.3",
    offsetMs: () => 0,
    upkeep: async () =>
      createUpkeep({
        ...world,
        locks: memoryLocks(),
        stateDatabase: "/home/me/gemini-pool.db",
        optionsFile: "/home/me/gemini-pool.jsonc",
      }),
    login: async () => fakeLogin(world, {}, { closed: 0, opened: [], projects: [], oauthState: "" }),
    open: async () => {
      seen.opened++;
      return {
        accounts: world.store,
        state: world.state,
        probe: world.probe,
        chance: world.chance,
        clock: world.clock,
        snapshot: () => {
          const { entries, problem } = world.store.current();
          const now = world.clock.now();
          const accounts = entries.map(({ account }) => account);
          return snapshotOf({
            accounts,
            state: world.state.current(),
            usage: new Map(),
            inFlight: () => 0,
            problem,
            now,
          });
        },
        close: () => void seen.closed++,
      };
    },
  };
  return { ...world, seen, run: (...argv: string[]) => runCli(argv, io, parts) };
}
