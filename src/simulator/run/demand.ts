import type { Chance } from "../../ports/world";
import { drawn, drawnCount, namedChance } from "./chance";
import type { Plan, Spread } from "./plan";
import type { Conversation, Turn } from "./turn";

const SECOND_MS = 1000;

/** The conversations of a plan. Each draws from chance of its own, so that they are the same whoever answers, and when. */
export interface Demand {
  /** The conversation number `index`, from 0, of one caller or burst. */
  conversation(of: string, index: number): Conversation;
}

interface Parent {
  readonly sessionId: string;
  readonly turns: Spread;
}

const DEFAULT_MODELS: readonly string[] = ["gemini-2.5-flash"];

/** The models that conversations choose from. */
export const modelsOf = ({ workload: { models = DEFAULT_MODELS } }: Plan): readonly string[] => models;

export function createDemand(plan: Plan): Demand {
  const { seed = 1, workload } = plan;
  const models = modelsOf(plan);

  function begin(sessionId: string, parent?: Parent): Conversation {
    const chance = namedChance(`${seed} ${sessionId}`);
    const model = models[Math.floor(chance.random() * models.length)] ?? "";
    const count = drawnCount(parent?.turns ?? workload.turns ?? 8, chance);
    function* turns(): Generator<Turn> {
      for (let number = 1; number <= count; number += 1) {
        const own = { sessionId, parentSessionId: parent?.sessionId, number, model };
        const children = parent ? [] : childrenOf(`${sessionId}/${number}`, sessionId, chance);
        yield { ...own, children, ...sizes(plan, chance) };
      }
    }
    return { sessionId, turns: turns() };
  }

  function childrenOf(name: string, sessionId: string, chance: Chance): readonly Conversation[] {
    const { subagents } = workload;
    if (!subagents) return [];
    const [share, count] = [chance.random(), drawnCount(subagents.conversations, chance)];
    if (share >= subagents.fraction) return [];
    return Array.from({ length: count }, (_, index) =>
      begin(`${name}.${index}`, { sessionId, turns: subagents.turns }),
    );
  }

  return { conversation: (of, index) => begin(`${of}-${index}`) };
}

function sizes({ networkMs = 40, workload }: Plan, chance: Chance) {
  const { inputTokens = 1000, firstOutputSeconds = 1, answerSeconds = 2, thinkSeconds = 5 } = workload;
  return {
    inputTokens: drawnCount(inputTokens, chance),
    networkMs: Math.round(drawn(networkMs, chance)),
    firstOutputMs: Math.round(drawn(firstOutputSeconds, chance) * SECOND_MS),
    answerMs: Math.round(drawn(answerSeconds, chance) * SECOND_MS),
    // Not at once: time must pass, or a plan without any waits would never end.
    thinkMs: Math.max(1, Math.round(drawn(thinkSeconds, chance) * SECOND_MS)),
  };
}
