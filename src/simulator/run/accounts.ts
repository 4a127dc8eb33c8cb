import type { Account, EpochMs } from "../../core/account";
import type { AccountEntry } from "../../ports/account-store";
import type { QuotaRule } from "../scenario";
import type { Plan, PlannedAccount, PlannedBackend } from "./plan";

const DAY_MS = 86_400_000;

/** An account of a plan, as Google knows it and as the pool does. */
export interface SimulatedAccount {
  readonly entry: AccountEntry;
  readonly label: string;
  readonly backend: PlannedBackend;
  /** The project or person that its calls are counted for. */
  readonly scope: string;
  readonly tier: "free" | "paid";
}

/** Everybody in a plan. */
export interface SimulatedAccounts {
  readonly all: readonly SimulatedAccount[];
  readonly byId: ReadonlyMap<string, SimulatedAccount>;
  /** The limits of a scope: those of the first account that belongs to it. */
  readonly rules: ReadonlyMap<string, readonly QuotaRule[]>;
}

/** Makes the accounts of a plan, each a day old. */
export function accountsOf(plan: Plan, startsAt: EpochMs): SimulatedAccounts {
  const planned = plan.accounts.flatMap(copies);
  const all = planned.map((one, index) => simulated(one, index, startsAt));
  const rules = new Map<string, readonly QuotaRule[]>();
  all.forEach(({ scope }, index) => {
    if (!rules.has(scope)) rules.set(scope, planned[index]?.quotas ?? []);
  });
  return { all, byId: new Map(all.map((account) => [account.entry.account.id, account])), rules };
}

function copies(account: PlannedAccount): readonly PlannedAccount[] {
  const { count, label } = account;
  if (count === undefined) return [account];
  return Array.from({ length: count }, (_, index) => ({ ...account, label: `${label}-${index + 1}` }));
}

function simulated(planned: PlannedAccount, index: number, startsAt: EpochMs): SimulatedAccount {
  const { label, backend = "gemini-api", tier = "free", priority = 0, scopeKnown = true } = planned;
  const owner = (backend === "gemini-api" ? planned.project : planned.user) ?? `of ${label}`;
  const account: Account = {
    id: `account-${index + 1}`,
    label,
    backend,
    credential: backend === "gemini-api" ? "api-key" : "oauth",
    origin: "file",
    enabled: true,
    priority,
    tags: [],
    addedAt: startsAt - DAY_MS,
    tier,
    ...(backend === "code-assist" ? { project: `project-of-${label}` } : {}),
    ...(scopeKnown ? (backend === "gemini-api" ? { quotaProject: owner } : { subject: owner }) : {}),
  };
  const credential: AccountEntry["credential"] =
    backend === "gemini-api"
      ? { kind: "api-key", key: `simulated-${index + 1}` }
      : { kind: "oauth", refreshToken: `simulated-${index + 1}`, generation: 1 };
  return { entry: { account, credential }, label, backend, scope: `${backend}/${owner}`, tier };
}
