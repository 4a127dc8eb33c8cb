import type { AccountEntry } from "../../ports/account-store";
import { wishAgain } from "../add-login";
import { type SeatClient, wishSeatAgain } from "../add-seat";
import { replaceKey } from "../replace-key";
import type { Answers, Conversation, Question, Way, WayId, WayResult } from "../way";
import { chooseClient, clientQuestions } from "./client";
import { keyParts, keysResult } from "./keys";
import { run as addAgain } from "./local";
import { logIn } from "./own-login";
import type { WaysParts } from "./parts";
import { PROJECT } from "./questions";
import { ACCEPT, logInToSeat } from "./seat";

interface Again {
  readonly entry: AccountEntry;
  readonly answers: Answers;
  readonly conversation: Conversation;
  readonly parts: WaysParts;
}

const NOT_THERE: WayResult = { ok: false, isWrong: true, sentence: "That account is not there any more." };

/**
 * The way that an account came in by, once more: for one that is parked, or whose key is to be replaced. It keeps its id, label and
 * settings. Nothing where the account is not in the accounts file.
 */
export function wayAgain(parts: WaysParts, accountId: string): Way | undefined {
  const find = () => parts.store.current().entries.find(({ account }) => account.id === accountId);
  const entry = find();
  if (entry === undefined) return undefined;
  return {
    id: idOf(entry),
    title: `Log in again: ${entry.account.label}`,
    hint: "The account keeps its name and settings.",
    questions: () => questionsOf(entry, parts),
    async run(answers, conversation) {
      const now = find();
      return now === undefined ? NOT_THERE : runAgain({ entry: now, answers, conversation, parts });
    },
  };
}

function idOf({ account: { backend }, credential: { kind } }: AccountEntry): WayId {
  if (kind === "api-key") return backend === "vertex" ? "express-key" : "api-key";
  if (kind !== "oauth") return kind;
  if (backend === "code-assist") return "seat";
  return backend === "vertex" ? "vertex-login" : "gemini-login";
}

const NEW_KEY: Question = { key: "keys", message: "The new key", kind: "secret" };

function questionsOf({ account, credential }: AccountEntry, parts: WaysParts): readonly Question[] {
  if (credential.kind === "api-key") return [NEW_KEY];
  if (credential.kind !== "oauth") return [];
  const client = credential.client === undefined ? clientQuestions(parts) : [];
  const isPlaced = account.backend === "code-assist" || (account.quotaProject ?? account.project) !== undefined;
  return isPlaced ? client : [...client, PROJECT];
}

async function runAgain(all: Again): Promise<WayResult> {
  const { entry, answers, conversation, parts } = all;
  const { account, credential } = entry;
  switch (credential.kind) {
    case "api-key":
      return newKey(all);
    case "oauth":
      return loginAgain(all);
    default: {
      const source =
        credential.kind === "adc"
          ? ({ kind: "adc" } as const)
          : ({ kind: "key-file", path: answers["file"] ?? credential.keyFile } as const);
      const { project, location } = account;
      const place = { ...(project === undefined ? {} : { project }), ...(location === undefined ? {} : { location }) };
      const identify = async () => ({ kind: "none", sentence: "" }) as const;
      return addAgain(source, { answers: place, conversation, parts, accountId: account.id, identify });
    }
  }
}

async function newKey({ entry, answers, conversation, parts }: Again): Promise<WayResult> {
  const given = { key: answers["keys"] ?? "", force: answers["force"] === "yes" };
  return keysResult([await replaceKey(entry.account.id, given, keyParts(parts, conversation))]);
}

async function loginAgain(all: Again): Promise<WayResult> {
  const { entry, answers, parts } = all;
  const { account, credential } = entry;
  const given = await clientAgain(all);
  if ("sentence" in given) return { ok: false, isWrong: true, sentence: given.sentence };
  const { client } = given;
  if (account.backend === "code-assist") {
    const wish = wishSeatAgain(parts.store, account.id, client);
    return wish === undefined ? NOT_THERE : logInToSeat({ ...wish, ...(client ? { client } : {}) }, all);
  }
  const own = client?.kind === "own" ? client.client : undefined;
  const wish = wishAgain(parts.store, account.id, own);
  if (wish === undefined || credential.kind !== "oauth") return NOT_THERE;
  const { project = wish.project, location = wish.location } = answers;
  const place = { project, ...(location === undefined ? {} : { location }) };
  return logIn({ ...wish, ...place, ...(own ? { client: own } : {}) }, all);
}

type ClientAgain = { readonly client?: SeatClient } | { readonly sentence: string };

/** The client that the person names now, before the one that the login was made with; nothing where that one is to do. */
async function clientAgain({ entry, answers, conversation, parts }: Again): Promise<ClientAgain> {
  const { credential } = entry;
  if (answers["oauthClient"] === "gemini-cli") {
    const accept = answers["accept"] ?? (await conversation.ask(ACCEPT));
    return { client: { kind: "gemini-cli", acceptedTerms: accept === "yes" } };
  }
  const isNeeded = credential.kind === "oauth" && credential.client === undefined;
  if (!isNeeded && answers["client"] === undefined) return {};
  const chosen = await chooseClient(answers["client"], parts);
  return chosen.kind === "wrong" ? chosen : { client: { kind: "own", client: chosen.client } };
}
