import { type AddedLogin, type AddLoginParts, addLogin, type WantedLogin } from "../add-login";
import type { LoginEnd } from "../new-login";
import type { Answers, Conversation, Way, WayResult } from "../way";
import { chooseClient, clientQuestions } from "./client";
import type { WaysParts } from "./parts";
import { LOCATION, PROJECT } from "./questions";

/** The person's own Google account for the Gemini API, through an OAuth client of their own. */
export const geminiLoginWay = (parts: WaysParts): Way => ({
  id: "gemini-login",
  title: "My Google account and my own OAuth client, for the Gemini API",
  hint: "Log in with a browser; the client is of the type Desktop app.",
  questions: () => [...clientQuestions(parts), PROJECT],
  run: (answers, conversation) => run("gemini-api", { answers, conversation, parts }),
});

/** The same for Vertex AI. */
export const vertexLoginWay = (parts: WaysParts): Way => ({
  id: "vertex-login",
  title: "My Google account and my own OAuth client, for Vertex AI",
  hint: "Log in with a browser; the client is of the type Desktop app.",
  questions: () => [...clientQuestions(parts), PROJECT, LOCATION],
  run: (answers, conversation) => run("vertex", { answers, conversation, parts }),
});

interface Run {
  readonly answers: Answers;
  readonly conversation: Conversation;
  readonly parts: WaysParts;
}

async function run(backend: WantedLogin["backend"], all: Run): Promise<WayResult> {
  const { answers, parts } = all;
  const { project = "", location, label } = answers;
  const chosen = await chooseClient(answers["client"], parts);
  if (chosen.kind === "wrong") return { ok: false, isWrong: true, sentence: chosen.sentence };
  const wanted: WantedLogin = {
    backend,
    client: chosen.client,
    project,
    ...(location === undefined ? {} : { location }),
    ...(label === undefined ? {} : { label }),
  };
  return logIn(wanted, all);
}

const loginParts = (parts: WaysParts, { signal }: Conversation): AddLoginParts => {
  const { store, state, chance, clock, oauth, loopback, browser, secrets, accountProbe, markOf } = parts;
  return { store, state, chance, clock, markOf, oauth, loopback, browser, secrets, probe: accountProbe, signal };
};

/** Leads a person through one login and says what came of it. */
export async function logIn(wanted: WantedLogin, { answers, conversation, parts }: Run): Promise<WayResult> {
  const wish = answers["browser"] === "no" ? { ...wanted, opensBrowser: false } : wanted;
  const start = await addLogin(wish, loginParts(parts, conversation));
  if (start.kind === "wrong") return { ok: false, isWrong: true, sentence: start.sentence };
  conversation.open(start.pending);
  return told(await start.done);
}

function told(end: LoginEnd<AddedLogin>): WayResult {
  if (end.kind !== "concluded") return { ok: false, sentence: end.sentence };
  const { result } = end;
  if (!result.ok) return { ok: false, sentence: result.sentence };
  const { id, sentence, isRefused, kind } = result;
  return { ok: true, id, sentence, isNew: kind === "added", ...(isRefused ? { isRefused } : {}) };
}
