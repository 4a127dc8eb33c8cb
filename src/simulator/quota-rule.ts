/**
 * Limits of requests per minute and per day and of input tokens per minute. `model` is a model, a Code Assist group or `*`
 * (each one alone); the first that fits counts. What is not named has no limit.
 */
export interface QuotaRule {
  readonly model?: string;
  readonly rpm?: number;
  readonly rpd?: number;
  readonly tpm?: number;
  /** Requests in five hours and in a week, each from its first request. People only. */
  readonly rp5h?: number;
  readonly rpw?: number;
  /** Requests already spent today when the scenario begins. */
  readonly usedToday?: number;
  /** How long after the start the day ends that has begun before it, default 24 h. People only: a project's day ends at midnight. */
  readonly dayEndsInSeconds?: number;
}
