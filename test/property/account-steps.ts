import fc from "fast-check";
import type { Credential, OAuthCredential } from "../../src/core/credential";
import type { AccountEntry, AccountOperation, AccountStore } from "../../src/ports/account-store";
import type { Locks } from "../../src/ports/files";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { aKey, aLogin, anAccount, aSeat, NOW } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";
import type { AccountsModel } from "./accounts-model";

const PATH = "/home/me/gemini-auth.json";
const READERS = 4;

/** What somebody decides to do, by what was there when they last looked. */
interface Step {
  readonly reader: number;
  /** Whether they look anew before they decide. */
  readonly looks: boolean;
  readonly what: "log in" | "refresh" | "switch" | "look up" | "remove";
  /** Which person logs in; which of the accounts they see they mean. */
  readonly which: number;
}

export const aStep: fc.Arbitrary<Step> = fc.record({
  reader: fc.nat(READERS - 1),
  looks: fc.integer({ min: 0, max: 2 }).map((draw) => draw === 0),
  what: fc.constantFrom("log in", "log in", "refresh", "refresh", "refresh", "switch", "look up", "remove"),
  which: fc.nat(3),
});

/** Persons 0 to 2 log in with Google, 3 is a key. */
function loginOf(person: number, turn: number): AccountOperation {
  const id = `id-${turn}`;
  if (person === 3) return { type: "add", account: anAccount({ id, label: id }), credential: aKey() };
  const subject = `person-${person}`;
  const tokens = { refreshToken: `1//example-${turn}`, accessToken: `ya29.example-${turn}` };
  const credential = aLogin({ ...tokens, subject, email: `${subject}@work.example` });
  return { type: "add", account: aSeat({ id, label: id, subject }), credential };
}

/** What the step means to somebody who sees these accounts; nothing where there is nothing to do it to. */
export function operationOf(
  { what, which }: Step,
  sees: readonly AccountEntry[],
  turn: number,
): AccountOperation | undefined {
  if (what === "log in") return loginOf(which, turn);
  const entry = sees[which % Math.max(1, sees.length)];
  if (!entry) return undefined;
  const { account, credential } = entry;
  const { id } = account;
  if (what === "switch") return { type: "set-enabled", id, enabled: !account.enabled };
  if (what === "look up") return { type: "set-project", id, project: `found-${turn}` };
  if (what === "remove") return { type: "remove", id, at: NOW + turn };
  if (credential.kind !== "oauth") return undefined;
  return { type: "replace-credential", id, credential: refreshed(credential, turn) };
}

export const refreshed = (credential: OAuthCredential, turn: number): OAuthCredential => ({
  ...credential,
  accessToken: `ya29.example-${turn}`,
  generation: credential.generation + 1,
});

/** Accounts of another version's, and fields that are not ours. */
export const STRANGE = { id: "strange", backend: "moon", credential: { kind: "moonstone" }, note: "keep" };
const START = JSON.stringify({ version: 1, note: "keep too", accounts: [STRANGE], removed: [] });

export interface RawFile {
  readonly note: string;
  readonly accounts: readonly {
    readonly id: string;
    readonly enabled?: boolean;
    readonly project?: string;
    readonly credential: Credential;
  }[];
  readonly removed: readonly { readonly id: string }[];
}

export function disk(locks: Locks = memoryLocks()) {
  const files = memoryFiles();
  files.put(PATH, START);
  const world = (seed: number) => ({ files, locks, clock: fakeClock(), chance: seededChance(seed), path: PATH });
  const open = (seed: number): AccountStore => createAccountsFile(world(seed));
  const raw = (): RawFile => JSON.parse(files.read(PATH));
  return { files, world, open, raw, text: () => files.read(PATH) };
}

type Disk = ReturnType<typeof disk>;

/** The file as the model sees it. */
export const modelOf = ({ accounts, removed }: RawFile): AccountsModel => ({
  accounts: accounts
    .filter(({ id }) => id !== STRANGE.id)
    .map(({ id, enabled = true, project, credential }) => ({ id, enabled, project, credential })),
  removed: removed.map(({ id }) => id),
});

/** Lets everybody decide and act in turn; the operations in the order they were applied. */
export async function play(steps: readonly Step[], { open, raw }: Disk, each: Watch = () => {}) {
  const stores = Array.from({ length: READERS }, (_, seed) => open(seed + 1));
  const sees: (readonly AccountEntry[])[] = stores.map((store) => store.current().entries);
  const operations: AccountOperation[] = [];
  for (const [turn, step] of steps.entries()) {
    const store = stores[step.reader] as AccountStore;
    if (step.looks) sees[step.reader] = store.current().entries;
    const operation = operationOf(step, sees[step.reader] ?? [], turn);
    if (!operation) continue;
    const before = raw();
    await store.update([operation]);
    operations.push(operation);
    each(operation, before, raw());
  }
  return operations;
}

export type Watch = (operation: AccountOperation, before: RawFile, after: RawFile) => void;
