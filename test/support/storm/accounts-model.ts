import type { AccountId } from "../../../src/core/account";
import type { Credential } from "../../../src/core/credential";
import type { AccountOperation } from "../../../src/ports/account-store";
import type { Entry } from "./journal";
import { TICKET_ID } from "./names";
import { ticketIn } from "./world";

/** What of an account an operation may change. */
interface Known {
  readonly enabled: boolean;
  readonly secret: string;
  readonly accessToken: string | undefined;
  readonly generation: number;
}

/** Who is there, and how new the login of each removed one was. */
class Pool extends Map<AccountId, Known> {
  readonly graves = new Map<AccountId, number>();
}

const knownOf = (credential: Credential, enabled: boolean): Known => {
  if (credential.kind === "api-key") return { enabled, secret: credential.key, accessToken: undefined, generation: 0 };
  if (credential.kind !== "oauth") throw new Error(`a storm knows no ${credential.kind}`);
  const { refreshToken, accessToken, generation } = credential;
  return { enabled, secret: refreshToken, accessToken, generation };
};

/** The naive model of the accounts file: one map, one operation after the other. Returns what became of it. */
function play(pool: Pool, operation: AccountOperation): string {
  const id = operation.type === "add" ? operation.account.id : operation.id;
  const before = pool.get(id);
  if (operation.type === "add") return login(pool, id, operation);
  if (!before) return "unchanged";
  switch (operation.type) {
    case "remove":
      if (before.accessToken !== undefined) pool.graves.set(id, before.generation);
      pool.delete(id);
      return "removed";
    case "set-project":
      throw new Error("the storm looks no seat up");
    case "set-enabled":
      if (before.enabled === operation.enabled) return "unchanged";
      pool.set(id, { ...before, enabled: operation.enabled });
      return "updated";
    case "replace-credential": {
      const next = knownOf(operation.credential, before.enabled);
      if (next.generation <= before.generation) return "unchanged";
      pool.set(id, next);
      return "updated";
    }
  }
}

/** A new login keeps what the user has set, and is newer than every refresh of the old one. */
function login(pool: Pool, id: AccountId, { account, credential }: Extract<AccountOperation, { type: "add" }>): string {
  const before = pool.get(id);
  const next = knownOf(credential, before?.enabled ?? account.enabled);
  const older = before?.generation ?? pool.graves.get(id);
  const generation = older !== undefined && credential.kind === "oauth" ? older + 1 : next.generation;
  pool.set(id, { ...next, generation: before ? generation : Math.max(generation, next.generation) });
  pool.graves.delete(id);
  return before ? "updated" : "added";
}

interface RawAccount {
  readonly id: AccountId;
  readonly enabled?: boolean;
  readonly credential: Credential;
}

const poolOf = (text: string): Pool => {
  const { accounts, removed = [] } = JSON.parse(text) as {
    accounts: readonly RawAccount[];
    removed?: readonly { readonly id: AccountId; readonly generation?: number }[];
  };
  const pool = new Pool(accounts.map(({ id, enabled = true, credential }) => [id, knownOf(credential, enabled)]));
  for (const { id, generation } of removed) if (generation !== undefined) pool.graves.set(id, generation);
  return pool;
};

/** How often the file was written: every write is one more login of the account that counts. */
export const writesIn = (text: string): number => poolOf(text).get(TICKET_ID)?.generation ?? 0;

/** One try to replace the file. */
interface Try {
  readonly ticket: string;
  readonly base: string;
  readonly read: string;
}

interface Attempts {
  readonly operations: ReadonlyMap<string, AccountOperation>;
  readonly tries: ReadonlyMap<string, Try>;
  readonly effects: ReadonlyMap<string, string>;
  readonly done: readonly string[];
}

function attemptsOf(entries: readonly Entry[]): Attempts {
  const of = <K extends Entry["kind"]>(kind: K) =>
    entries.filter((entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind);
  return {
    operations: new Map(of("update").map(({ ticket, operation }) => [ticket, operation])),
    tries: new Map(of("renaming").map((each) => [each.ticket, each])),
    effects: new Map(of("updated").map(({ ticket, effect }) => [ticket, effect])),
    done: [...of("renamed"), ...of("updated")].map(({ ticket }) => ticket),
  };
}

/** The writes that led to this file, the first first: each knows what it was made of. */
function chainTo(last: string, tries: ReadonlyMap<string, Try>): readonly Try[] {
  const chain: Try[] = [];
  for (let ticket = last; ticket !== ""; ) {
    const found = tries.get(ticket);
    if (!found || chain.length > tries.size) throw new Error(`nobody wrote ${ticket}`);
    chain.push(found);
    ticket = found.base;
  }
  return chain.reverse();
}

const differences = (expected: Pool, found: Pool): readonly string[] =>
  [...new Set([...expected.keys(), ...found.keys()])]
    .filter((id) => JSON.stringify(expected.get(id)) !== JSON.stringify(found.get(id)))
    .map((id) => `${id} is ${JSON.stringify(found.get(id))} and should be ${JSON.stringify(expected.get(id))}`);

/**
 * Everything that the file says otherwise than one process would have written that had done all operations alone, in the
 * order in which they reached the disk. `writes`: how many that were.
 */
export function judgeAccounts(
  text: string,
  entries: readonly Entry[],
): { readonly problems: readonly string[]; readonly writes: number } {
  const { operations, tries, effects, done } = attemptsOf(entries);
  const chain = chainTo(ticketIn(text), tries);
  const inChain = new Set(chain.map(({ ticket }) => ticket));
  const pool = new Pool();
  const problems: string[] = done
    .filter((ticket) => !inChain.has(ticket))
    .map((ticket) => `${ticket} was written and is lost`);
  for (const { ticket, base, read } of chain) {
    const operation = operations.get(ticket);
    if (!operation) throw new Error(`nobody asked for ${ticket}`);
    if (base !== read) problems.push(`${ticket} was made of ${read} and written over ${base}`);
    const effect = play(pool, operation);
    const said = effects.get(ticket);
    if (said !== undefined && said !== effect) problems.push(`${ticket}: "${said}" instead of "${effect}"`);
  }
  const found = poolOf(text);
  found.delete(TICKET_ID);
  return { problems: [...problems, ...differences(pool, found)], writes: chain.length };
}
