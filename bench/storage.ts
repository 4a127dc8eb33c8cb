import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StateChange } from "../src/core/state";
import { createAccountsFile } from "../src/storage/accounts-file";
import type { AccountsFileWorld } from "../src/storage/accounts-world";
import { createHostKeys } from "../src/storage/host-auth";
import { createStateStore } from "../src/storage/state-database";
import { systemChance } from "../src/system/chance";
import { systemClock } from "../src/system/clock";
import { openDatabase } from "../src/system/database";
import { systemFiles } from "../src/system/files";
import { createLocks } from "../src/system/locks";
import { aBinding, aCooldown, aHealth, aRecord, aUsage } from "../test/support/builders";
import { buildHeavy, HEAVY } from "./heavy-state";
import { median, type Row } from "./measure";

const HOUR = 3_600_000;
const ACCOUNTS = 100;
const BATCHES = 200;

const world = { files: systemFiles, clock: systemClock, chance: systemChance };
const accountsIn = (path: string): AccountsFileWorld => ({ ...world, locks: createLocks(), path });
const stateIn = (path: string) => createStateStore({ ...world, openDatabase, path });

/** The time of one call in µs, batch by batch. */
function microsOf(work: (turn: number) => void, batchSize: number, between: () => void = () => {}): readonly number[] {
  let turn = 0;
  return Array.from({ length: BATCHES + 20 }, () => {
    between();
    const began = performance.now();
    for (let n = 0; n < batchSize; n++) work(turn++);
    return ((performance.now() - began) * 1_000) / batchSize;
  }).slice(20);
}

const share = (values: readonly number[], fraction: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * fraction)] ?? 0;

function row(what: string, values: readonly number[], unit: "µs" | "ms", limit: number): Row {
  const middle = median(values);
  const [low, high] = [share(values, 0.1), share(values, 0.9)].map((value) => value.toFixed(1));
  const digits = middle < 10 ? 1 : 0;
  const target = Number.isFinite(limit) ? `≤ ${limit} ${unit}` : "–";
  return {
    what,
    figure: `${middle.toFixed(digits)} ${unit}`,
    noise: `${low}…${high} ${unit}`,
    target,
    met: middle <= limit,
  };
}

/** An accounts file as the plugin writes it. */
function writeAccounts(path: string): void {
  const accounts = Array.from({ length: ACCOUNTS }, (_, n) => ({
    id: `account-${n}`,
    label: `account ${n}`,
    backend: n % 2 ? "code-assist" : "gemini-api",
    ...(n % 2 ? { project: `work-${n}`, tier: "standard" } : { quotaProject: `side-${n}` }),
    priority: 0,
    tags: ["free"],
    enabled: true,
    addedAt: Date.now(),
    credential:
      n % 2
        ? {
            kind: "oauth",
            email: `person-${n}@work.example`,
            subject: `1098${n}`,
            client: { id: "own-client.apps.example", secret: "own-client-secret" },
            refreshToken: `1//example-${"r".repeat(90)}${n}`,
            accessToken: `ya29.example-${"a".repeat(200)}${n}`,
            expiresAt: Date.now() + HOUR,
            generation: 3,
          }
        : { kind: "api-key", key: `AIza-example-${n}` },
  }));
  writeFileSync(path, `${JSON.stringify({ version: 1, accounts, removed: [] }, null, 2)}\n`, { mode: 0o600 });
}

/** Accounts and opencode's own keys looked at, and the database asked whether anybody wrote, with nothing changed. */
function checkRow(what: string, directory: string, database: string): Row {
  const accounts = createAccountsFile(accountsIn(join(directory, "gemini-auth.json")));
  const hostKeys = createHostKeys({ ...world, path: join(directory, "auth.json") });
  const state = stateIn(database);
  const look = () => {
    accounts.current();
    hostKeys.current();
    state.current();
  };
  look();
  const times = microsOf(look, 500);
  state.close();
  return row(what, times, "µs", 10);
}

/** What a success teaches when nothing is wrong. */
function lessons(turn: number, now: number): readonly StateChange[] {
  const accountId = `account-${turn % HEAVY.accounts}`;
  const model = `model-${turn % HEAVY.models}`;
  const place = { quotaScope: `gemini-api/${accountId}`, group: model };
  const count = { startsAt: now - HOUR, endsAt: now + 23 * HOUR, by: { "process-1": turn } };
  const binding = aBinding({
    sessionId: `ses-${turn % 100}`,
    model,
    accountId: `account-${turn % 100}`,
    boundAt: now - HOUR,
    lastAnswerAt: now,
  });
  return [
    { type: "health.set", health: aHealth({ accountId, updatedAt: now, lastUsedAt: now }) },
    { type: "quota.learnt", record: aRecord({ ...place, count, updatedAt: now }) },
    { type: "binding.set", binding },
    { type: "usage.added", usage: aUsage({ accountId, model, hourAt: Math.floor(now / HOUR) * HOUR }) },
  ];
}

const HOMES = 800;

function settleRows(what: string, database: string): readonly Row[] {
  const state = stateIn(database);
  state.current();
  // A conversation's first home is written at once; what is measured comes later.
  for (let turn = 0; turn < HOMES; turn++) state.apply(lessons(turn, Date.now()));
  const settle = (turn: number) => state.apply(lessons(turn % HOMES, Date.now()));
  const settles = microsOf(settle, 100, () => state.flush());
  for (let turn = 0; turn < 100; turn++) settle(turn);
  const flushes = microsOf(
    () => state.flush(),
    1,
    () => {
      for (let turn = 0; turn < 25; turn++) settle(turn);
    },
  );
  const refuse = (turn: number) => {
    const scope = { kind: "account" as const, accountId: `account-${turn % HEAVY.accounts}` };
    const now = Date.now() + turn;
    state.apply([{ type: "cooldown.set", cooldown: aCooldown({ scope, since: now, until: now + HOUR }) }]);
  };
  const refusals = microsOf(refuse, 1);
  state.close();
  return [
    row(`settle a success${what}`, settles, "µs", 100),
    row(`settle a refusal, on disk${what}`, refusals, "µs", 1_000),
    row(`write of 25 successes${what}`, flushes, "µs", 5_000),
  ];
}

/** In a process that has not read a file yet: `bun storage.ts --load DIRECTORY` prints the milliseconds. */
function load(directory: string): void {
  const source = createAccountsFile(accountsIn(join(directory, "gemini-auth.json")));
  const began = performance.now();
  const count = source.current().entries.length;
  const took = performance.now() - began;
  if (count !== ACCOUNTS) throw new Error(`${count} accounts instead of ${ACCOUNTS}`);
  console.log(took);
}

/** The same for `--open`: the state database and all that is in it. */
function open(directory: string): void {
  const state = stateIn(join(directory, "heavy.db"));
  const began = performance.now();
  const { bindings } = state.current();
  const took = performance.now() - began;
  if (bindings.size < HEAVY.bindings / 2) throw new Error(`${bindings.size} bindings`);
  console.log(took);
  state.close();
}

async function inNewProcesses(mode: "--load" | "--open", directory: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < 11; round++) {
    const child = Bun.spawn([process.execPath, "run", import.meta.path, mode, directory], {
      env: { ...process.env, BUN_BE_BUN: "1" },
      stdout: "pipe",
    });
    times.push(Number(await new Response(child.stdout).text()));
  }
  return times;
}

const megabytes = (path: string): string =>
  `${((statSync(path).size + (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0)) / 1e6).toFixed(0)} MB`;

function usageRow(database: string): Row {
  const state = stateIn(database);
  state.current();
  const times = Array.from({ length: 11 }, () => {
    const began = performance.now();
    state.usage(Date.now());
    return performance.now() - began;
  });
  state.close();
  return row("usage of all accounts, 90 days", times, "ms", Number.POSITIVE_INFINITY);
}

/** The lines for the table: what the stores cost a request and a start, on this machine's disk. Takes half a minute. */
export async function storageRows(): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "gemini-pool-bench-storage-"));
  try {
    mkdirSync(directory, { recursive: true });
    writeAccounts(join(directory, "gemini-auth.json"));
    const [light, heavy] = [join(directory, "light.db"), join(directory, "heavy.db")];
    const rows = [checkRow("check before a pick", directory, light), ...settleRows("", light)];
    rows.push(row(`load of ${ACCOUNTS} accounts`, await inNewProcesses("--load", directory), "ms", 5));
    buildHeavy(stateIn(heavy));
    const size = megabytes(heavy);
    rows.push(checkRow("check, 90 days of heavy use", directory, heavy));
    rows.push(...settleRows(", 90 days", heavy));
    const opened = await inNewProcesses("--open", directory);
    rows.push(row(`open 90 days, ${size}`, opened, "ms", Number.POSITIVE_INFINITY), usageRow(heavy));
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [mode, directory = ""] = process.argv.slice(2);
  if (mode === "--load") load(directory);
  else if (mode === "--open") open(directory);
  else for (const line of await storageRows()) console.log(Object.values(line).join("  |  "));
}
