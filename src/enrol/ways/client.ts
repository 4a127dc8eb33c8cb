import type { OAuthClient } from "../../core/credential";
import { CLIENTS_PAGE, readClientFile } from "../client-file";
import { addClient, clientsIn } from "../own-clients";
import type { Question } from "../way";
import type { WaysParts } from "./parts";

/** The client to log in with, or what is wrong in a sentence. */
export type ChosenClient =
  | { readonly kind: "client"; readonly client: OAuthClient }
  | { readonly kind: "wrong"; readonly sentence: string };

const UNREADABLE = "There is no such file, or it cannot be read.";
const NEITHER = "There is no OAuth client of that name, and no file that can be read.";
const NONE =
  "An OAuth client of your own is needed: make one of the type Desktop app in Google Cloud and add its file: gemini-pool oauth-client add FILE.json";

/** Asked only where it is open: one client that is there needs no question, and without any its file is asked for. */
export function clientQuestions(parts: WaysParts): readonly Question[] {
  const clients = clientsIn(parts.store);
  if (clients.length === 1) return [];
  if (clients.length === 0) return [fileQuestion(parts)];
  const choices = clients.map(({ name }) => ({ value: name, title: name }));
  return [{ key: "client", message: "OAuth client", kind: "choice", choices }];
}

const fileQuestion = (parts: WaysParts): Question => ({
  key: "client",
  message: `JSON file of your OAuth client of the type Desktop app, from ${CLIENTS_PAGE}`,
  kind: "file",
  placeholder: "~/Downloads/client_secret.json",
  fault: (path) => {
    const text = parts.readText(parts.absolutePath(path.trim()));
    if (text === undefined) return UNREADABLE;
    const file = readClientFile(text);
    return file.kind === "wrong" ? file.sentence : undefined;
  },
});

/** The client of an answer: the name of one that is there, or a file, whose client is kept for the next time. */
export async function chooseClient(answer: string | undefined, parts: WaysParts): Promise<ChosenClient> {
  const clients = clientsIn(parts.store);
  if (answer === undefined) {
    const [only, ...others] = clients;
    if (only === undefined) return { kind: "wrong", sentence: NONE };
    if (others.length === 0) return { kind: "client", client: only.client };
    const names = clients.map(({ name }) => name).join(", ");
    return { kind: "wrong", sentence: `There are several OAuth clients; name one with --client: ${names}` };
  }
  const named = clients.find(({ name }) => name === answer.trim());
  if (named !== undefined) return { kind: "client", client: named.client };
  const text = parts.readText(parts.absolutePath(answer.trim()));
  if (text === undefined) return { kind: "wrong", sentence: NEITHER };
  const added = await addClient(text, parts.store);
  if (!("client" in added)) return { kind: "wrong", sentence: added.sentence };
  return { kind: "client", client: added.client.client };
}
