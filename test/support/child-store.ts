import { createAccountsFile } from "../../src/storage/accounts-file";
import { createStateStore } from "../../src/storage/state-database";
import { systemChance } from "../../src/system/chance";
import { systemClock } from "../../src/system/clock";
import { openDatabase } from "../../src/system/database";
import { systemFiles } from "../../src/system/files";
import { createLocks } from "../../src/system/locks";
import { aCooldown, aKey, anAccount, aUsage } from "./builders";

/** A process of its own that adds accounts and usage: `bun child-store.ts DIRECTORY NAME COUNT`. */
const [directory = "", name = "", count = "0"] = process.argv.slice(2);
const world = { files: systemFiles, clock: systemClock, chance: systemChance };
const accounts = createAccountsFile({ ...world, locks: createLocks(), path: `${directory}/gemini-auth.json` });
const state = createStateStore({ ...world, openDatabase, path: `${directory}/gemini-pool.db` });

for (let n = 1; n <= Number(count); n += 1) {
  const id = `${name}-${n}`;
  await accounts.update([{ type: "add", account: anAccount({ id }), credential: aKey(`AIza-example-${id}`) }]);
  const scope = { kind: "account", accountId: id } as const;
  state.current();
  state.apply([
    { type: "usage.added", usage: aUsage() },
    { type: "cooldown.set", cooldown: aCooldown({ scope }) },
  ]);
}
state.close();
