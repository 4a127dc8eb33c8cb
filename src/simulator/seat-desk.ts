import { isSeat, type Scenario, type SeatAccount } from "./scenario";

/** Which seats are set up, and the operations that set up others. */
export interface SeatDesk {
  isReady(seat: SeatAccount): boolean;
  /** Begins to set a seat up; the name of the operation. */
  begin(seat: SeatAccount): string;
  /** Asks about an operation of a seat once; undefined where there is no such one. */
  poll(seat: SeatAccount, name: string): "running" | "done" | undefined;
}

/** The desk of a scenario. A seat that says nothing of onboarding is ready, unless Google has something against it. */
export function createSeatDesk({ accounts }: Scenario): SeatDesk {
  const ready = new Set(accounts.filter(isSeat).filter(isOld));
  const running = new Map<SeatAccount, number>();
  const nameOf = (seat: SeatAccount) => `operations/onboardUser.${seat.label.replace(/[^\w-]+/g, "-")}`;
  const settle = (seat: SeatAccount): "running" | "done" => {
    if ((running.get(seat) ?? 0) > 0) return "running";
    ready.add(seat);
    return "done";
  };
  return {
    isReady: (seat) => ready.has(seat),
    begin(seat) {
      running.set(seat, seat.seat?.onboardPolls ?? 0);
      settle(seat);
      return nameOf(seat);
    },
    poll(seat, name) {
      const left = running.get(seat);
      if (left === undefined || name !== nameOf(seat)) return undefined;
      running.set(seat, Math.max(0, left - 1));
      return settle(seat);
    },
  };
}

const isOld = ({ seat: { onboardPolls, ineligible = [] } = {} }: SeatAccount): boolean =>
  onboardPolls === undefined && ineligible.length === 0;
