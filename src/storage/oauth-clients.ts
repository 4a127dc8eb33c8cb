import type { ClientOperation, OperationResult } from "../ports/account-store";
import type { NamedClient } from "../ports/login";
import { isObject, type JsonObject } from "./json";

/** The field of the accounts file that holds the OAuth clients of the user's own: `[{ name, id, secret }]`. */
const FIELD = "oauthClients";

/** The top-level fields of the file after an operation, and what became of it. The same object: nothing is to be written. */
export interface ClientsApplied {
  readonly rest: JsonObject;
  readonly result: OperationResult;
}

const textOf = (raw: JsonObject, name: string): string => {
  const value = raw[name];
  return typeof value === "string" ? value.trim() : "";
};

function decode(raw: unknown): NamedClient | undefined {
  if (!isObject(raw)) return undefined;
  const [name, id, secret] = [textOf(raw, "name"), textOf(raw, "id"), textOf(raw, "secret")];
  if (name === "" || id === "") return undefined;
  return { name, client: secret === "" ? { id } : { id, secret } };
}

/** The clients that can be used, the first of each name, and what is wrong with the others: without what they hold. */
export function clientsOf(rest: JsonObject): {
  readonly clients: readonly NamedClient[];
  readonly problems: readonly string[];
} {
  const list = rest[FIELD] ?? [];
  if (!Array.isArray(list)) return { clients: [], problems: [`"${FIELD}" must be a list`] };
  const byName = new Map<string, NamedClient>();
  const problems: string[] = [];
  for (const [index, raw] of list.entries()) {
    const client = decode(raw);
    if (client === undefined) problems.push(`OAuth client ${index + 1}: name and id must be texts`);
    else if (byName.has(client.name)) problems.push(`OAuth client ${index + 1}: its name is used twice`);
    else byName.set(client.name, client);
  }
  return { clients: [...byName.values()], problems };
}

/** Applies one named change; clients it does not name stay as they are, broken and unknown ones too. */
export function applyToClients(rest: JsonObject, operation: ClientOperation): ClientsApplied {
  const { name } = operation;
  const list = rest[FIELD] ?? [];
  const nothing: ClientsApplied = { rest, result: { id: name, effect: "unchanged" } };
  // A field that somebody broke is theirs to mend; what they meant would be lost.
  if (!Array.isArray(list)) return nothing;
  const index = list.findIndex((raw) => isObject(raw) && textOf(raw, "name") === name);
  const withList = (changed: readonly unknown[], effect: OperationResult["effect"]): ClientsApplied => ({
    rest: { ...rest, [FIELD]: changed },
    result: { id: name, effect },
  });
  if (operation.type === "remove-client") return index < 0 ? nothing : withList(list.toSpliced(index, 1), "removed");
  const { id, secret } = operation.client;
  const own = { name, id, ...(secret === undefined ? {} : { secret }) };
  if (index < 0) return withList([...list, own], "added");
  const { secret: _, ...kept } = list[index] as JsonObject;
  const changed = { ...kept, ...own };
  const isSame = JSON.stringify(changed) === JSON.stringify(list[index]);
  return isSame ? nothing : withList(list.with(index, changed), "updated");
}
