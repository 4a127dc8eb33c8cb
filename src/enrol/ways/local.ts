import type { AccountId } from "../../core/account";
import type { LocalIdentity } from "../../ports/upstream";
import { type AddLocalParts, addLocal, type WantedLocal } from "../add-local";
import { projectFault } from "../project-id";
import type { Answers, Conversation, Question, Way, WayResult } from "../way";
import type { WaysParts } from "./parts";
import { LOCATION, PROJECT } from "./questions";

const localParts = (parts: WaysParts, { signal }: Conversation): AddLocalParts => {
  const { store, state, chance, clock, identities, minter, accountProbe, absolutePath, markOf } = parts;
  return { store, state, chance, clock, markOf, identities, minter, probe: accountProbe, absolutePath, signal };
};

/** What is wrong with a path of a key file, said before anything else is asked. */
const fileFault =
  ({ identities, absolutePath }: WaysParts) =>
  (path: string): string | undefined => {
    const identity = identities.describeKeyFile(absolutePath(path.trim()));
    return identity.kind === "unsupported" ? identity.sentence : undefined;
  };

const fileQuestion = (parts: WaysParts): Question => ({
  key: "file",
  message: "Key file of the service account",
  kind: "file",
  placeholder: "~/service-account.json",
  fault: fileFault(parts),
});

/** A service account of Vertex AI, by the file of its key. The file stays where it is. */
export const serviceAccountWay = (parts: WaysParts): Way => ({
  id: "service-account",
  title: "A service account for Vertex AI",
  hint: "By its JSON key file, which stays where it is.",
  questions: () => [fileQuestion(parts), LOCATION],
  run: (answers, conversation) => {
    const path = answers["file"] ?? "";
    const identify = async () => parts.identities.describeKeyFile(parts.absolutePath(path.trim()));
    return run({ kind: "key-file", path }, { answers, conversation, parts, identify });
  },
});

/** The application default credentials of this machine, for Vertex AI. */
export const adcWay = (parts: WaysParts): Way => ({
  id: "adc",
  title: "Google Cloud's login on this machine, for Vertex AI",
  hint: "Application default credentials: of gcloud, or of a machine at Google.",
  questions: () => [LOCATION],
  run: (answers, conversation) => {
    const identify = () => parts.identities.describeAdc(conversation.signal);
    return run({ kind: "adc" }, { answers, conversation, parts, identify });
  },
});

interface Run {
  readonly answers: Answers;
  readonly conversation: Conversation;
  readonly parts: WaysParts;
  /** The account that is to be logged in again. */
  readonly accountId?: AccountId;
  identify(): Promise<LocalIdentity>;
}

/** Adds what lies on this machine; a project that neither it nor the person has named is asked for. */
export async function run(source: WantedLocal["source"], all: Run): Promise<WayResult> {
  const { answers, conversation, parts, accountId } = all;
  const { location, label } = answers;
  const project = answers["project"] ?? (await missingProject(source, all));
  const wanted: WantedLocal = {
    source,
    ...(project === undefined ? {} : { project }),
    ...(location === undefined ? {} : { location }),
    ...(label === undefined ? {} : { label }),
    ...(accountId === undefined ? {} : { accountId }),
  };
  const result = await addLocal(wanted, localParts(parts, conversation));
  if (!("id" in result)) return { ok: false, sentence: result.sentence, isWrong: result.kind === "wrong" };
  const { id, sentence, isRefused, kind } = result;
  return { ok: true, id, sentence, isNew: kind === "added", ...(isRefused ? { isRefused } : {}) };
}

/** Asked only where there is a credential that names none. */
async function missingProject(
  source: WantedLocal["source"],
  { conversation, identify }: Run,
): Promise<string | undefined> {
  if (source.kind === "key-file" && source.path.trim() === "") return undefined;
  const identity = await identify().catch(() => undefined);
  const isThere = identity !== undefined && identity.kind !== "none" && identity.kind !== "unsupported";
  return isThere && projectFault(identity.project) !== undefined ? conversation.ask(PROJECT) : undefined;
}
