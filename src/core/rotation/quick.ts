import type { AccountId } from "../account";
import { type Criterion, narrowed, type PickContext, smallest } from "./criterion";

/** Loads are compared in steps of this many calls: a conversation's own title call is no load. */
const SOFT_CONCURRENT = 2;

const priority: Criterion = (field) =>
  narrowed(
    field,
    smallest(field, ({ account }) => account.priority),
    ({ account }) => ({ kind: "priority", priority: account.priority }),
  );

/** Anybody but this account, where there is somebody else. */
const otherThan =
  (idOf: (context: PickContext) => AccountId | undefined, kind: "other-than-broken" | "other-than-parent"): Criterion =>
  (field, context) => {
    const id = idOf(context);
    if (id === undefined) return undefined;
    return narrowed(
      field,
      smallest(field, ({ account }) => (account.id === id ? 1 : 0)),
      () => ({ kind }),
    );
  };

/** What broke once may break again, and the host repeats five times at most. */
const otherThanBroken = otherThan(({ brokenAccountId }) => brokenAccountId, "other-than-broken");

/** A child conversation runs beside its parent and would spend the same minute's quota. */
const otherThanParent = otherThan(({ parentAccountId }) => parentAccountId, "other-than-parent");

const leastBusy: Criterion = (field, { softConcurrent = SOFT_CONCURRENT }) => {
  const step = Math.max(1, softConcurrent);
  const best = smallest(field, ({ inFlightCount }) => Math.floor(inFlightCount / step));
  return narrowed(field, best, ({ inFlightCount }) => ({ kind: "least-busy", inFlightCount }));
};

/** What comes before the strategy, and costs little to ask of everybody. */
export const QUICK: readonly Criterion[] = [otherThanBroken, priority, otherThanParent, leastBusy];
