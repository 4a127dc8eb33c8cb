import type { CallPath, FaultRule } from "./scenario";

/** A call as fault rules see it. */
export interface FaultCall {
  readonly account: string | undefined;
  readonly path: CallPath;
  readonly model: string | undefined;
}

/** Fault rules with their counts. */
export interface FaultBook {
  /** Counts the call with every rule it fits; the first of them that fires answers. */
  take(call: FaultCall): FaultRule | undefined;
}

export function createFaultBook(rules: readonly FaultRule[]): FaultBook {
  const counts = rules.map(() => 0);
  return {
    take(call) {
      let fired: FaultRule | undefined;
      rules.forEach((rule, index) => {
        if (!fits(rule, call)) return;
        const number = (counts[index] ?? 0) + 1;
        counts[index] = number;
        if (fired === undefined && fires(rule.calls ?? "all", number)) fired = rule;
      });
      return fired;
    },
  };
}

/** Without a path a rule is about generate calls: what a fault of an account usually means. */
function fits({ on = {} }: FaultRule, { account, path, model }: FaultCall): boolean {
  if ((on.path ?? "generate") !== path) return false;
  if (on.account !== undefined && on.account !== "*" && on.account !== account) return false;
  return on.model === undefined || on.model === "*" || on.model === model;
}

function fires(calls: NonNullable<FaultRule["calls"]>, number: number): boolean {
  if (calls === "all") return true;
  if ("from" in calls) return number >= calls.from && number <= (calls.to ?? Number.POSITIVE_INFINITY);
  return calls.includes(number);
}
