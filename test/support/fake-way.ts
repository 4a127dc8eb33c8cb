import type { Answers, Conversation, Question, Way, WayId, WayResult } from "../../src/enrol/way";
import type { PendingLogin } from "../../src/ports/login";

/** One run of a fake way, for the test to go on with. */
export interface FakeRun {
  readonly answers: Answers;
  readonly conversation: Conversation;
  readonly end: (result: WayResult) => void;
}

/** A way that does nothing by itself: the test holds each run. One that is given up ends at once. */
export function fakeWay(more: { id?: WayId; title?: string; questions?: () => readonly Question[] } = {}) {
  const runs: FakeRun[] = [];
  const way: Way = {
    id: "api-key",
    title: "Gemini API key",
    hint: "from AI Studio",
    questions: () => [{ key: "key", message: "API key", kind: "secret" }],
    ...more,
    run: (answers, conversation) => {
      const { promise, resolve } = Promise.withResolvers<WayResult>();
      runs.push({ answers, conversation, end: resolve });
      conversation.signal.addEventListener("abort", () => resolve({ ok: false, sentence: "Given up." }));
      return promise;
    },
  };
  return { way, runs, run: (index = 0): FakeRun => runs[index] ?? missing(index) };
}

function missing(index: number): never {
  throw new Error(`run ${index} has not begun`);
}

const FAULT = "This is neither an address nor a code.";

/** A login in the browser that takes "code-1" and nothing else. */
export function fakePending(more: Partial<PendingLogin> = {}) {
  const pastes: string[] = [];
  const pending: PendingLogin = {
    url: "https://accounts.google.example/auth?state=s",
    isOpened: true,
    paste: (text) => {
      pastes.push(text);
      return text === "code-1" ? undefined : FAULT;
    },
    cancel: () => {},
    ...more,
  };
  return { pending, pastes, FAULT };
}
