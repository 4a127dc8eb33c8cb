import type { DurationMs } from "../../core/account";
import type { Clock } from "../../ports/world";
import { drawn, namedChance } from "./chance";
import type { Demand } from "./demand";
import type { Ledger } from "./ledger";
import type { Burst, Plan } from "./plan";
import type { Answered, Service } from "./service";
import type { Supply } from "./supply";
import type { Conversation, Turn } from "./turn";

/** What callers are made of. */
export interface CallerParts {
  readonly plan: Plan;
  readonly demand: Demand;
  readonly service: Service;
  readonly supply: Supply;
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Hears of what should never happen: an error in the pool or in the simulator. */
  readonly onFault: (error: unknown) => void;
}

/** opencode repeats a call five times at most. */
const MAX_REPEATS = 5;
/** Its own pauses where nobody states one: 2 s, doubling. */
const FIRST_PAUSE_MS: DurationMs = 2_000;
/** Who was stopped by a 400 tries a new conversation after a while. */
const STOPPED_PAUSE_MS: DurationMs = 60_000;

/** Starts every caller and burst of a plan. They go on for as long as the clock does. */
export function startCallers(parts: CallerParts): void {
  const { callers = 0, bursts = [] } = parts.plan.workload;
  for (let index = 0; index < callers; index += 1) call(parts, index).catch(parts.onFault);
  bursts.forEach((one, index) => void burst(parts, one, index).catch(parts.onFault));
}

/** One caller: conversation after conversation, until somebody would have to see to the accounts. */
async function call(parts: CallerParts, index: number): Promise<void> {
  const { plan, clock, demand } = parts;
  const { startSeconds = 0, thinkSeconds = 5, pauseSeconds = thinkSeconds } = plan.workload;
  const chance = namedChance(`${plan.seed ?? 1} caller ${index}`);
  await clock.sleep(drawn(startSeconds, chance) * 1000);
  for (let number = 0; ; number += 1) {
    const end = await converse(parts, demand.conversation(`caller-${index}`, number));
    if (end === "for-good") return;
    const pauseMs = drawn(pauseSeconds, chance) * 1000;
    await clock.sleep(end === "stopped" ? Math.max(STOPPED_PAUSE_MS, pauseMs) : pauseMs);
  }
}

async function burst(parts: CallerParts, { atSeconds, conversations, everySeconds }: Burst, index: number) {
  const { clock, demand } = parts;
  await clock.sleep(atSeconds * 1000);
  for (let count = 0; ; ) {
    for (let one = 0; one < conversations; one += 1, count += 1) {
      converse(parts, demand.conversation(`burst-${index}`, count)).catch(parts.onFault);
    }
    if (everySeconds === undefined) return;
    await clock.sleep(everySeconds * 1000);
  }
}

type End = "done" | "stopped" | "for-good";

/** Question after question; an answer's subagents work at once and are waited for. */
async function converse(parts: CallerParts, { sessionId, turns }: Conversation): Promise<End> {
  const { clock, ledger } = parts;
  ledger.began();
  let end: End = "done";
  for (const turn of turns) {
    const answer = await ask(parts, turn);
    if (answer?.kind === "stop") end = answer.forGood ? "for-good" : "stopped";
    if (end !== "done") break;
    if (answer?.kind === "answered") await answer.ended;
    if (turn.children.length > 0) await Promise.all(turn.children.map((child) => converse(parts, child)));
    await clock.sleep(turn.thinkMs);
  }
  ledger.left(sessionId);
  return end;
}

/** A pause that nobody takes for an error. */
const UNNOTICED_MS: DurationMs = 1_000;

/** One question until it is answered, stopped, or told to come back too often; then there is no answer. */
async function ask(parts: CallerParts, turn: Turn): Promise<Exclude<Answered, { kind: "later" | "soon" }> | undefined> {
  const { service, supply, clock, ledger } = parts;
  ledger.asked(turn, clock.now());
  for (let repeats = 0; ; repeats += 1) {
    const answer = await service(turn);
    if (answer.kind === "answered") {
      ledger.answered(turn, answer.account, clock.now());
      return answer;
    }
    const untilMs = answer.kind === "later" ? answer.until - clock.now() : FIRST_PAUSE_MS * 2 ** repeats;
    ledger.refused(supply.hasRoom(turn) && (answer.kind === "stop" || untilMs > UNNOTICED_MS));
    if (answer.kind === "stop" || repeats === MAX_REPEATS) {
      ledger.unanswered(turn, answer.kind === "stop" ? "stopped" : "gave-up", clock.now());
      return answer.kind === "stop" ? answer : undefined;
    }
    await clock.sleep(Math.max(1, untilMs));
  }
}
