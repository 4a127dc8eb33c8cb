import { PoolError } from "../core/errors";
import type { NamedClient } from "../core/named-client";
import { redact } from "../core/redact";
import type { AccountStore, ClientOperation } from "../ports/account-store";
import { cleanLabel } from "./account-label";
import { type ClientFile, readClientFile } from "./client-file";
import { notAmongRead } from "./unread";

/** The accounts file, which holds the OAuth clients of the user's own. */
export type ClientStore = Pick<AccountStore, "current" | "update">;

/** What became of a client. `wrong`: it is none, or its name is taken; nothing is stored. */
export type AddClientResult =
  | { readonly kind: "added" | "known"; readonly client: NamedClient; readonly sentence: string }
  | { readonly kind: "wrong" | "failed"; readonly sentence: string };

/** The clients there are now. */
export const clientsIn = (store: Pick<AccountStore, "current">): readonly NamedClient[] =>
  store.current().clients ?? [];

/**
 * Why nobody can say that there is no client of this name, or none at all where no name is given: the file that may hold it could
 * not be read whole. Undefined where the client is there, or where it is known that it is not.
 */
export function unreadClient(name: string | undefined, store: Pick<AccountStore, "current">): string | undefined {
  const { problem, clients = [] } = store.current();
  const isThere = clients.some((each) => name === undefined || each.name === name);
  if (problem === undefined || isThere) return undefined;
  return name === undefined ? problem : notAmongRead("OAuth client of that name", problem);
}

/** Adds the client of a file; the same one twice is one. Without a name it is called as its project. Never throws. */
export async function addClient(text: string, store: ClientStore, name?: string): Promise<AddClientResult> {
  const file = readClientFile(text);
  if (file.kind === "wrong") return file;
  const clients = clientsIn(store);
  const wanted = cleanLabel(name);
  const same = clients.find(({ client }) => client.id === file.client.id);
  const taken = clients.find((each) => each.name === wanted);
  if (same?.isOption) return { kind: "known", client: same, sentence: known(same.name) };
  if (taken !== undefined && taken !== same)
    return { kind: "wrong", sentence: `Another OAuth client is called ${taken.name}. Give this one another --name.` };
  return keep({ name: same?.name ?? wanted ?? freeName(file, clients), client: file.client }, store, same);
}

const known = (name: string) => `This OAuth client is there already as ${name}.`;

async function keep(named: NamedClient, store: ClientStore, same: NamedClient | undefined): Promise<AddClientResult> {
  const failure = await changed({ type: "set-client", ...named }, store);
  if (failure !== undefined) return { kind: "failed", sentence: failure };
  const { name } = named;
  return same === undefined
    ? { kind: "added", client: named, sentence: `Added the OAuth client ${name}.` }
    : { kind: "known", client: named, sentence: known(name) };
}

/** What went wrong with a change; undefined where nothing did. */
async function changed(operation: ClientOperation, store: ClientStore): Promise<string | undefined> {
  try {
    await store.update([operation]);
    // One of the options may have the same name and show through.
    const isThere = clientsIn(store).some(({ name, isOption }) => name === operation.name && !isOption);
    if (isThere === (operation.type === "set-client")) return undefined;
    return "The accounts file could not take the change. See: gemini-pool doctor";
  } catch (error) {
    return redact(error instanceof PoolError ? error.message : "The accounts file could not be written.");
  }
}

function freeName({ project }: Extract<ClientFile, { kind: "client" }>, clients: readonly NamedClient[]): string {
  const base = cleanLabel(project) ?? "own";
  const taken = new Set(clients.map(({ name }) => name));
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base} ${number}`;
  return name;
}

/** What became of a removal. */
export interface RemoveClientResult {
  readonly kind: "removed" | "wrong" | "failed";
  readonly sentence: string;
}

/** Removes a client. The logins that were made with it keep their own copy of it. Never throws. */
export async function removeClient(name: string, store: ClientStore): Promise<RemoveClientResult> {
  const clients = clientsIn(store);
  const names = clients.map((each) => each.name);
  const found = clients.find((each) => each.name === name);
  if (found?.isOption)
    return { kind: "wrong", sentence: `${name} stands in gemini-pool.jsonc, under oauthClients: remove it there.` };
  if (found === undefined) {
    const unread = unreadClient(name, store);
    if (unread !== undefined) return { kind: "failed", sentence: unread };
    const there = names.length === 0 ? "There is none yet." : `There is: ${names.join(", ")}.`;
    const sentence = `There is no OAuth client of that name. ${there}`;
    return { kind: "wrong", sentence };
  }
  const failure = await changed({ type: "remove-client", name }, store);
  if (failure !== undefined) return { kind: "failed", sentence: failure };
  return { kind: "removed", sentence: `Removed the OAuth client ${name}. Logins that were made with it go on.` };
}
