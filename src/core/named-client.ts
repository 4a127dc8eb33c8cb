import type { OAuthClient } from "./credential";

/** An OAuth client of the user's own, by the name it was added with. */
export interface NamedClient {
  readonly name: string;
  readonly client: OAuthClient;
  /** It stands in the options, where the user wrote it: nobody else changes it there. */
  readonly isOption?: true;
}

/** The clients that can be used, the first of each name, and what is wrong with the others: without what they hold. */
export interface ReadClients {
  readonly clients: readonly NamedClient[];
  readonly problems: readonly string[];
}

/** A field of one, without the space around it; empty where it is none. */
export const clientField = (raw: object, name: string): string => {
  const value: unknown = Reflect.get(raw, name);
  return typeof value === "string" ? value.trim() : "";
};

function readClient(raw: unknown): NamedClient | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const [name, id, secret] = ["name", "id", "secret"].map((field) => clientField(raw, field));
  if (!name || !id) return undefined;
  return { name, client: secret ? { id, secret } : { id } };
}

/** Reads `oauthClients`, a list of `{ name, id, secret }`, from wherever it stands; undefined where there is none. Never throws. */
export function readClients(raw: unknown): ReadClients {
  if (raw === undefined) return { clients: [], problems: [] };
  if (!Array.isArray(raw)) return { clients: [], problems: ['"oauthClients" must be a list'] };
  const byName = new Map<string, NamedClient>();
  const problems: string[] = [];
  for (const [index, each] of raw.entries()) {
    const client = readClient(each);
    if (client === undefined) problems.push(`OAuth client ${index + 1}: name and id must be texts`);
    else if (byName.has(client.name)) problems.push(`OAuth client ${index + 1}: its name is used twice`);
    else byName.set(client.name, client);
  }
  return { clients: [...byName.values()], problems };
}
