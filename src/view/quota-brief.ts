import type { AccountSnapshot, AccountState, PoolSnapshot } from "../core/snapshot";
import type { FormatTime } from "./clock-time";
import { headline } from "./quota";
import { clipped, oneLine, padded, wrapped } from "./text";

/** The room there is. `lines` counts all lines, at least 4. */
export interface BriefOptions {
  readonly width: number;
  readonly lines: number;
}

const LABEL_WIDTH = 20;
/** Who needs a person stands first, who is well stands last. */
const ORDER: readonly AccountState[] = ["parked", "cooling", "limited", "disabled", "busy", "available"];

const MORE = "Calls, tokens and what is left of each: gemini-pool status";

/** The pool in a line per account, for where the whole table does not fit; says how many did not fit either. */
export function quotaBrief(snapshot: PoolSnapshot, time: FormatTime, { width, lines }: BriefOptions): string[] {
  const { accounts, problem } = snapshot;
  const head = [
    ...(problem === undefined ? [] : wrapped(`! ${oneLine(problem)}`, { width })),
    ...wrapped(headline(snapshot, time), { width }),
    "",
  ];
  const sorted = [...accounts].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const room = Math.max(1, lines - head.length);
  const all = sorted.map((account) => line(account, time, width));
  if (all.length + 2 <= room) return [...head, ...all, "", clipped(MORE, width)];
  if (all.length <= room) return [...head, ...all];
  const shown = sorted.slice(0, room - 1);
  const rest = `… and ${sorted.length - shown.length} more: gemini-pool status`;
  return [...head, ...shown.map((account) => line(account, time, width)), clipped(rest, width)];
}

function line({ label, state, until, reason }: AccountSnapshot, time: FormatTime, width: number): string {
  const name = padded(clipped(oneLine(label), LABEL_WIDTH), LABEL_WIDTH);
  const back = until === undefined ? state : `${state} until ${time(until)}`;
  return clipped(`${name} ${back}${reason === "" ? "" : `: ${oneLine(reason)}`}`, width);
}
