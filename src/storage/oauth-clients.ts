import { clientField, type ReadClients, readClients } from "../core/named-client";
import type { ClientOperation, OperationResult } from "../ports/account-store";
import { isObject, type JsonObject } from "./json";

/** The field of the accounts file that holds the OAuth clients of the user's own: `[{ name, id, secret }]`. */
const FIELD = "oauthClients";

/** The top-level fields of the file after an operation, and what became of it. The same object: nothing is to be written. */
export interface ClientsApplied {
  readonly rest: JsonObject;
  readonly result: OperationResult;
}

/** The clients of the file. */
export const clientsOf = (rest: JsonObject): ReadClients => readClients(rest[FIELD]);

/** Applies one named change; clients it does not name stay as they are, broken and unknown ones too. */
export function applyToClients(rest: JsonObject, operation: ClientOperation): ClientsApplied {
  const { name } = operation;
  const list = rest[FIELD] ?? [];
  const nothing: ClientsApplied = { rest, result: { id: name, effect: "unchanged" } };
  // A field that somebody broke is theirs to mend; what they meant would be lost.
  if (!Array.isArray(list)) return nothing;
  const index = list.findIndex((raw) => isObject(raw) && clientField(raw, "name") === name);
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
