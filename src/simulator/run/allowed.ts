import type { DurationMs, EpochMs } from "../../core/account";
import { nextPacificMidnight } from "../../core/quota/pacific";
import { ruleFor } from "../quota";
import type { QuotaRule } from "../scenario";
import type { SimulatedAccounts } from "./accounts";
import { meanOf } from "./chance";
import { modelsOf } from "./demand";
import type { Plan, PlannedBackend } from "./plan";
import { countedAs } from "./supply";

const MINUTE_MS: DurationMs = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const ANY_NUMBER = Number.POSITIVE_INFINITY;

interface Span {
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
}

/** How many requests the quotas of each scope allow within a plan at most, for the models it asks for. Infinite where nothing limits. */
export function allowedByScope(plan: Plan, accounts: SimulatedAccounts, span: Span): ReadonlyMap<string, number> {
  const tokens = Math.max(1, meanOf(plan.workload.inputTokens ?? 1000));
  const allowed = new Map<string, number>();
  for (const { scope, backend } of accounts.all) {
    if (allowed.has(scope)) continue;
    const kinds = new Set(modelsOf(plan).map((model) => countedAs(backend, model)));
    const rules = accounts.rules.get(scope) ?? [];
    const sum = [...kinds].reduce(
      (total, what) => total + allowedBy(ruleFor(rules, what), { backend, span, tokens }),
      0,
    );
    allowed.set(scope, sum);
  }
  return allowed;
}

interface Circumstances {
  readonly backend: PlannedBackend;
  readonly span: Span;
  readonly tokens: number;
}

/** The tightest limit counts. */
function allowedBy(rule: QuotaRule, { backend, span, tokens }: Circumstances): number {
  const lengthMs = span.endsAt - span.startsAt;
  const perMinute = Math.min(
    rule.rpm ?? ANY_NUMBER,
    rule.tpm === undefined ? ANY_NUMBER : Math.floor(rule.tpm / tokens),
  );
  const within = (ms: DurationMs) => (perMinute === ANY_NUMBER ? ANY_NUMBER : perMinute * Math.ceil(ms / MINUTE_MS));
  const inWindows = (limit: number | undefined, ends: readonly EpochMs[], used = 0) => {
    if (limit === undefined) return ANY_NUMBER;
    const starts = [span.startsAt, ...ends.slice(0, -1)];
    return starts.reduce((sum, startsAt, index) => {
      const left = limit - (index === 0 ? used : 0);
      return sum + Math.max(0, Math.min(left, within((ends[index] ?? span.endsAt) - startsAt)));
    }, 0);
  };
  const dayEnds =
    backend === "gemini-api"
      ? midnights(span)
      : windowEnds(span, DAY_MS, (rule.dayEndsInSeconds ?? DAY_MS / 1000) * 1000);
  return Math.min(
    within(lengthMs),
    inWindows(rule.rpd, dayEnds, rule.usedToday),
    inWindows(rule.rp5h, windowEnds(span, 5 * HOUR_MS)),
    inWindows(rule.rpw, windowEnds(span, 7 * DAY_MS)),
  );
}

function midnights({ startsAt, endsAt }: Span): readonly EpochMs[] {
  const ends: EpochMs[] = [];
  for (let at = nextPacificMidnight(startsAt); at < endsAt; at = nextPacificMidnight(at)) ends.push(at);
  return [...ends, endsAt];
}

function windowEnds({ startsAt, endsAt }: Span, lengthMs: DurationMs, firstMs = lengthMs): readonly EpochMs[] {
  const ends: EpochMs[] = [];
  for (let at = startsAt + firstMs; at < endsAt; at += lengthMs) ends.push(at);
  return [...ends, endsAt];
}
