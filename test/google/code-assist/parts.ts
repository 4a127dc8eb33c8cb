import { createCodeAssistSetup } from "../../../src/google/code-assist-setup";
import type { SeatFound } from "../../../src/ports/login";
import type { Fetch } from "../../../src/ports/world";
import type { Scenario, SeatRule } from "../../../src/simulator/scenario";
import { fakeClock } from "../../support/fake-clock";
import { googleFetch } from "../../support/google-fetch";

export const TOKEN = "ya29.example-seat";
export const PROJECT = "work-123";
const CODE_ASSIST = "https://seat.example";

/** A person with this seat at a Google with rules, a clock that a test moves, and what was asked. */
export function seatWorld(seat: SeatRule = {}, faults: Scenario["faults"] = []) {
  const clock = fakeClock();
  const account = { label: "me", refreshToken: "1//example-me", project: PROJECT, accessToken: TOKEN, seat };
  const google = googleFetch({ accounts: [account], faults }, clock.now);
  const setup = createCodeAssistSetup({ fetch: google.fetch, endpoint: CODE_ASSIST, clock });
  const progress: string[] = [];
  return {
    clock,
    calls: google.calls,
    progress,
    paths: () => google.calls.map(({ path }) => path),
    find: (project?: string, token = TOKEN): Promise<SeatFound> => {
      const onProgress = (sentence: string) => void progress.push(sentence);
      return clock.finish(setup.find(token, { ...(project === undefined ? {} : { project }), onProgress }));
    },
    setup,
  };
}

/** A Google that gives these answers in turn, the last of them for ever. */
export function answering(...answers: (() => Response | Promise<Response>)[]) {
  const clock = fakeClock();
  const calls: { url: string; init: RequestInit; body: unknown }[] = [];
  const fetch: Fetch = async (url, init) => {
    calls.push({ url, init, body: typeof init.body === "string" ? JSON.parse(init.body) : undefined });
    const answer = answers[Math.min(calls.length, answers.length) - 1];
    if (answer === undefined) throw new TypeError("nobody answers");
    return answer();
  };
  const setup = createCodeAssistSetup({ fetch, endpoint: `${CODE_ASSIST}/v1internal/`, clock });
  return {
    clock,
    calls,
    find: (project?: string): Promise<SeatFound> =>
      clock.finish(setup.find(TOKEN, project === undefined ? {} : { project })),
  };
}

export const json =
  (body: unknown, status = 200) =>
  (): Response =>
    Response.json(body, { status });
