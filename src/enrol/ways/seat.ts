import { type AddSeatParts, addSeat, type SeatClient, type WantedSeat } from "../add-seat";
import type { SeatResult } from "../keep-seat";
import { SEAT_TERMS } from "../seat-words";
import type { Answers, Conversation, Question, Way, WayResult } from "../way";
import { chooseClient, clientQuestions } from "./client";
import type { WaysParts } from "./parts";
import { SEAT_PROJECT } from "./questions";

/** A Code Assist seat, through an OAuth client of the person's own. */
export const seatWay = (parts: WaysParts): Way => ({
  id: "seat",
  title: "A Gemini Code Assist seat, with my own OAuth client",
  hint: "Standard or Enterprise: log in with a browser.",
  questions: () => [...clientQuestions(parts), SEAT_PROJECT],
  async run(answers, conversation) {
    const chosen = await chooseClient(answers["client"], parts);
    if (chosen.kind === "wrong") return { ok: false, isWrong: true, sentence: chosen.sentence };
    return logInToSeat({ client: { kind: "own", client: chosen.client } }, { answers, conversation, parts });
  },
});

/** What is to be known before the client of a product of Google's is used. */
export const ACCEPT: Question = { key: "accept", message: `${SEAT_TERMS} Go on all the same?`, kind: "yes" };

/** The same through the client of a Gemini CLI on this machine: only for who asks for it by name and has agreed. */
export const seatGeminiCliWay = (parts: WaysParts): Way => ({
  id: "seat-gemini-cli",
  title: "A Gemini Code Assist seat, with the client of the installed Gemini CLI",
  hint: "Against Google's terms: the account may be suspended. You are asked first.",
  questions: () => [ACCEPT, SEAT_PROJECT],
  run(answers, conversation) {
    const client: SeatClient = { kind: "gemini-cli", acceptedTerms: answers["accept"] === "yes" };
    return logInToSeat({ client }, { answers, conversation, parts });
  },
});

interface Run {
  readonly answers: Answers;
  readonly conversation: Conversation;
  readonly parts: WaysParts;
}

const seatParts = (parts: WaysParts, { signal, progress }: Conversation): AddSeatParts => {
  const { store, state, chance, clock, oauth, loopback, browser, secrets, setup, installed, markOf } = parts;
  const world = { store, state, chance, clock, oauth, loopback, browser, secrets };
  return { ...world, setup, installed, markOf, onProgress: progress, signal };
};

/** Leads a person through one login, and on where Google wants a project or could not be asked. */
export async function logInToSeat(wanted: WantedSeat, { answers, conversation, parts }: Run): Promise<WayResult> {
  const { project, label, browser } = answers;
  const wish: WantedSeat = {
    ...wanted,
    ...(project === undefined ? {} : { project }),
    ...(label === undefined ? {} : { label }),
    ...(browser === "no" ? { opensBrowser: false } : {}),
  };
  const start = await addSeat(wish, seatParts(parts, conversation));
  if (start.kind !== "started") return { ok: false, isWrong: true, sentence: start.sentence };
  conversation.open(start.pending);
  const end = await start.done;
  if (end.kind !== "concluded") return { ok: false, sentence: end.sentence };
  return told(await goOn(end.result, conversation));
}

/** As long as the person has another answer: the browser is not needed again. */
async function goOn(first: SeatResult, conversation: Conversation): Promise<SeatResult> {
  let result = first;
  while (!result.ok && "retry" in result && result.retry !== undefined) {
    const { retry, kind, sentence } = result;
    const answer = await conversation.ask(kind === "unchecked" ? again(sentence) : withProject(sentence));
    if (answer === undefined || answer.trim() === "" || answer === "no") return result;
    result = await retry(kind === "unchecked" ? undefined : answer.trim(), conversation.signal);
  }
  return result;
}

const again = (sentence: string): Question => ({ key: "again", message: `${sentence} Try again?`, kind: "yes" });

const withProject = (sentence: string): Question => ({
  ...SEAT_PROJECT,
  message: `${sentence} The id of your project`,
  placeholder: "my-project-123",
  isOptional: false,
});

function told(result: SeatResult): WayResult {
  if (!result.ok) return { ok: false, sentence: result.sentence };
  const { id, sentence, kind } = result;
  const waits = kind === "needs-verification";
  return { ok: true, id, sentence, isNew: kind === "added", ...(waits ? { isRefused: true } : {}) };
}
