import type { NamedClient } from "../core/named-client";
import type { Imported } from "../enrol/import-accounts";
import { SEAT_TERMS } from "../enrol/seat-words";
import type { ForeignReading } from "../ports/import";

const FOREIGN_CLIENT = `A login here was made with an OAuth client that is none of your own. If it is that of Google's Gemini CLI: ${SEAT_TERMS}`;

/** What is to be known of logins that come in with a client which the user did not add. One sentence at most; it keeps nothing out. */
export function termsNote(
  reading: ForeignReading,
  items: readonly Imported[],
  clients: readonly NamedClient[] = [],
): readonly string[] {
  if (reading.kind === "wrong") return [];
  const own = new Set(clients.map(({ client }) => client.id));
  const added = new Set(items.flatMap(({ result, place }) => (result === "added" ? [place] : [])));
  const isForeign = reading.accounts.some(({ place, entry: { credential } }) => {
    const id = credential.kind === "oauth" ? credential.client?.id : undefined;
    return id !== undefined && !own.has(id) && added.has(place);
  });
  return isForeign ? [FOREIGN_CLIENT] : [];
}
