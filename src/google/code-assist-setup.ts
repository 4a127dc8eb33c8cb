import type { DurationMs } from "../core/account";
import type { Outcome } from "../core/outcome";
import { seatProjectFault } from "../core/seat-project";
import type { CodeAssistSetup, SeatFound } from "../ports/login";
import { googleLink } from "./code-assist/clean";
import {
  createInternalApi,
  type InternalAnswer,
  type InternalApi,
  type InternalOptions,
} from "./code-assist/internal-call";
import { awaitOperation } from "./code-assist/operation";
import { projectIn, readSeat, type SeatReading, STANDARD_TIER } from "./code-assist/seat-reading";
import { judgeSeat, ready, type SeatVerdict, withoutProject } from "./code-assist/seat-verdict";
import { NEEDS_PROJECT, NOT_SET_UP, notEligible, PERIMETER, SETTING_UP } from "./code-assist/seat-words";

/** What the setup works with. `endpoint` is Code Assist's origin, or the user's own. */
export type CodeAssistSetupOptions = InternalOptions;

type Wish = Parameters<CodeAssistSetup["find"]>[1];

interface Errand extends InternalOptions {
  readonly api: InternalApi;
  readonly wish: Wish;
  readonly signal: AbortSignal | undefined;
}

/** Nothing of whoever calls: neither an editor nor a platform of Google's list. */
const METADATA = { ideType: "IDE_UNSPECIFIED", platform: "PLATFORM_UNSPECIFIED", pluginType: "GEMINI" };

/** It changes nothing, so a server that stumbles is asked again where a person waits for it; a request has others to go to. */
const PAUSES_MS: readonly DurationMs[] = [1_000, 2_000];

const body = (project: string | undefined): object => ({
  ...(project === undefined ? {} : { cloudaicompanionProject: project }),
  metadata: { ...METADATA, ...(project === undefined ? {} : { duetProject: project }) },
});

const isServers = (answer: InternalAnswer): boolean =>
  answer.kind === "failed" && answer.outcome.kind === "transient" && answer.outcome.cause === "server";

async function look({ api, clock, wish, signal }: Errand): Promise<InternalAnswer> {
  let answer = await api.post("loadCodeAssist", body(wish.project));
  for (const pauseMs of wish.isLookup ? [] : PAUSES_MS) {
    if (!isServers(answer)) return answer;
    const isHere = await clock.sleep(pauseMs, signal).then(
      () => true,
      () => false,
    );
    if (!isHere) return { kind: "failed", outcome: { kind: "aborted" } };
    answer = await api.post("loadCodeAssist", body(wish.project));
  }
  return answer;
}

/** A refusal that is about the seat is said as one; all others say nothing of it. */
function refusal(outcome: Outcome): SeatFound {
  if (outcome.kind !== "parked") return { kind: "failed", outcome };
  const { state, sentence } = outcome;
  if (state === "needs-verification") {
    const url = googleLink(outcome.url);
    return { kind: "needs-verification", sentence, ...(url === undefined ? {} : { url }) };
  }
  return state === "not-eligible" || state === "no-licence" ? notEligible([sentence]) : { kind: "failed", outcome };
}

/** Behind a perimeter Google's own client takes the seat for a licensed one. */
const behindPerimeter = (project: string | undefined): SeatFound =>
  project === undefined
    ? { kind: "needs-project", sentence: `${NEEDS_PROJECT} ${PERIMETER}` }
    : { kind: "ready", project, tier: STANDARD_TIER };

type Onboarding = Extract<SeatVerdict, { kind: "onboard" }>;

async function onboard(errand: Errand, reading: SeatReading, { tier, project }: Onboarding): Promise<SeatFound> {
  const { api, wish } = errand;
  wish.onProgress?.(SETTING_UP);
  const end = await awaitOperation(await api.post("onboardUser", { tierId: tier.id, ...body(project) }), errand);
  if (end.kind === "failed") return refusal(end.outcome);
  const given = projectIn(end.response["cloudaicompanionProject"]) ?? project;
  return given === undefined ? withoutProject(reading) : ready(tier, reading.paid, given);
}

async function find(errand: Errand): Promise<SeatFound> {
  const { project } = errand.wish;
  const answer = await look(errand);
  if (answer.kind === "failed") return answer.behindPerimeter ? behindPerimeter(project) : refusal(answer.outcome);
  const reading = readSeat(answer.body);
  const verdict = judgeSeat(reading, project);
  if (verdict.kind !== "onboard") return verdict;
  return errand.wish.isLookup
    ? { kind: "needs-project", sentence: NOT_SET_UP, isNew: true }
    : onboard(errand, reading, verdict);
}

/**
 * Finds a person's Code Assist seat (`loadCodeAssist`) and has it set up where it never was (`onboardUser`, whose end is asked for
 * every 5 s, 2 min at most). https://github.com/google-gemini/gemini-cli, packages/core/src/code_assist/setup.ts. It says who calls
 * and poses as nobody. A project that is only a number is refused without a call.
 */
export function createCodeAssistSetup(options: CodeAssistSetupOptions): CodeAssistSetup {
  return {
    async find(accessToken, wish, signal) {
      const fault = wish.project === undefined ? undefined : seatProjectFault(wish.project);
      if (fault !== undefined) return { kind: "needs-project", sentence: fault };
      return find({ ...options, wish, signal, api: createInternalApi(options, accessToken, signal) });
    },
  };
}
