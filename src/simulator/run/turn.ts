import type { DurationMs } from "../../core/account";

/** One question of a conversation, with everything that chance has to say about it. */
export interface Turn {
  readonly sessionId: string;
  readonly parentSessionId: string | undefined;
  /** From 1. */
  readonly number: number;
  readonly model: string;
  readonly inputTokens: number;
  readonly networkMs: DurationMs;
  readonly firstOutputMs: DurationMs;
  readonly answerMs: DurationMs;
  /** Until the next question. */
  readonly thinkMs: DurationMs;
  /** Conversations that its answer begins. */
  readonly children: readonly Conversation[];
}

/** A conversation that takes place the same way whoever answers it. */
export interface Conversation {
  readonly sessionId: string;
  readonly turns: Iterable<Turn>;
}

/** From sending to the first output. */
export const latencyOf = ({ networkMs, firstOutputMs }: Turn): DurationMs => networkMs + firstOutputMs;
