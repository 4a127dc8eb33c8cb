import { PoolError } from "../core/errors";
import type { CheckUp, Examined, Finding, Restored } from "../core/finding";
import type { PoolSnapshot } from "../core/snapshot";
import type { Upkeep } from "../ports/upkeep";
import { isMendable, isSerious } from "./doctor-judgement";
import { sharedQuotas } from "./doctor-quotas";

/** What a check looks at. */
export interface DoctorParts {
  readonly upkeep: Upkeep;
  snapshot(): PoolSnapshot;
  /** What is wrong with the accounts file alone: `upkeep` says that better. */
  accountsProblem(): string | undefined;
}

/** What became of the try to put a finding right. */
type Attempt = { readonly restored: Restored | undefined } | { readonly why: string };

const keyOf = (finding: Finding): string => JSON.stringify(finding);

/** What the snapshot calls wrong, without what `upkeep` has found itself. */
function troubles({ problem = "" }: PoolSnapshot, { accountsProblem }: DoctorParts): readonly Finding[] {
  const known = accountsProblem();
  const sentences = problem.split("\n");
  return sentences
    .filter((sentence) => sentence !== "" && sentence !== known)
    .map((sentence): Finding => ({ kind: "trouble", sentence }));
}

/** Accounts that are no use to anybody until their person does something. */
const waiting = ({ accounts }: PoolSnapshot): readonly Finding[] =>
  accounts
    .filter(({ state }) => state === "parked")
    .map(({ label, origin, reason, url }) => ({ kind: "waiting", label, origin, reason, url }));

function look(parts: DoctorParts): readonly Finding[] {
  const found = parts.upkeep.inspect();
  const seen = parts.snapshot();
  return [...found, ...troubles(seen, parts), ...waiting(seen), ...sharedQuotas(seen)];
}

async function attempt({ upkeep }: DoctorParts, finding: Finding): Promise<Attempt> {
  try {
    return { restored: await upkeep.mend(finding) };
  } catch (error) {
    if (error instanceof PoolError) return { why: error.message };
    throw error;
  }
}

/** One after the other: several of them take the same lock. What stands in its place goes first. */
async function attemptAll(parts: DoctorParts, findings: readonly Finding[]): Promise<ReadonlyMap<string, Attempt>> {
  const attempts = new Map<string, Attempt>();
  const isFirst = ({ kind }: Finding) => kind === "lock-blocked";
  const inOrder = [...findings.filter(isFirst), ...findings.filter((finding) => !isFirst(finding))];
  for (const finding of inOrder) attempts.set(keyOf(finding), await attempt(parts, finding));
  return attempts;
}

/** Only what is no longer there counts as fixed: some file systems take a new mode and forget it. */
function fixed(before: readonly Finding[], after: readonly Finding[], attempts: ReadonlyMap<string, Attempt>) {
  const left = new Set(after.map(keyOf));
  return before.flatMap((finding): Examined[] => {
    const made = attempts.get(keyOf(finding));
    if (!made || "why" in made || left.has(keyOf(finding))) return [];
    return [{ finding, standing: "fixed", ...(made.restored ? { restored: made.restored } : {}) }];
  });
}

function judged(finding: Finding, made?: Attempt): Examined {
  if (made) return { finding, standing: "failed", ...("why" in made ? { why: made.why } : {}) };
  if (isSerious(finding)) return { finding, standing: "open" };
  return { finding, standing: finding.kind === "accounts" ? "fine" : "note" };
}

const checkUp = (examined: readonly Examined[]): CheckUp => ({
  healthy: !examined.some(({ standing }) => standing === "open" || standing === "failed"),
  examined,
});

/** Looks at everything and, with `fix`, puts right what can be; then looks again, and tells what it sees then. */
export async function examine(parts: DoctorParts, { fix }: { readonly fix: boolean }): Promise<CheckUp> {
  const before = look(parts);
  if (!fix) return checkUp(before.map((finding) => judged(finding)));
  const attempts = await attemptAll(parts, before.filter(isMendable));
  const after = look(parts);
  return checkUp([
    ...fixed(before, after, attempts),
    ...after.map((finding) => judged(finding, attempts.get(keyOf(finding)))),
  ]);
}
