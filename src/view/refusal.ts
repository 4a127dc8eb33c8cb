import type { EpochMs } from "../core/account";
import type { ParkedState } from "../core/outcome";
import { isSpent, reasonWords } from "../core/reasons";
import type { Refusal, RefusedAccount } from "../core/refusal";
import type { FormatTime } from "./clock-time";
import { clipped, counted, oneLine } from "./text";

/** When it is, and how instants are written. */
export interface Times {
  readonly now: EpochMs;
  readonly formatTime: FormatTime;
}

/** More accounts than these are counted, not named. */
const NAMED_COUNT = 5;

/**
 * Why nobody answers and what to do about it, in words a person can use. Clock times, never durations.
 * Google's words in it may look like a passing fault to opencode: put it through `harmless` where it must not repeat.
 */
export function refusalSentence(refusal: Refusal, { formatTime }: Times): string {
  switch (refusal.kind) {
    case "empty":
      return refusal.problem === undefined
        ? "No Gemini account yet. Run /login in opencode, or: opencode auth login."
        : `No Gemini account can be read. ${oneLine(refusal.problem)}`;
    case "limited":
      return limited(refusal, formatTime);
    case "person":
      return `No Gemini account can answer. ${named(refusal.accounts)}`;
    case "busy":
      return `Google is busy with ${oneLine(refusal.model)}; your accounts are fine. Worth another try at ${formatTime(refusal.until)}.`;
    case "outage":
      return `Google does not answer${said(refusal.sentence)} Worth another try at ${formatTime(refusal.until)}.`;
    case "banned":
      return banned(refusal);
    case "too-large":
      return `This conversation is too large: every Gemini account that is free takes ${thousands(refusal.limit)} tokens of ${oneLine(refusal.model)} at once at most. Compact it (/compact), or use another model or account.`;
    case "loop":
      return `The same request to ${oneLine(refusal.model)} was repeated many times within seconds, so the pool stopped it. Send your message again to go on.`;
    default:
      return `${PREFIX[refusal.kind]}${said(refusal.sentence)}${SUFFIX[refusal.kind]}`;
  }
}

type Told = Exclude<
  Refusal["kind"],
  "empty" | "limited" | "person" | "busy" | "banned" | "loop" | "too-large" | "outage"
>;

const PREFIX: Readonly<Record<Told, string>> = {
  network: "Google could not be reached",
  egress: "Google refuses this network or region",
  machine: "The set-up of this machine keeps Gemini from answering",
  timeout: "Gemini did not answer in time",
  broken: "Gemini answered, but with nothing that could be used",
};

const SUFFIX: Readonly<Record<Told, string>> = {
  network: " Check the connection.",
  egress: " Another account would be refused here too.",
  machine: " No account was marked.",
  timeout: " It was not sent a second time, because it may have been billed.",
  broken: "",
};

/** 250000 → 250,000. */
const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** Google's words after a colon, ending in one full stop. */
function said(sentence: string): string {
  const words = oneLine(sentence).replace(/[.\s]+$/, "");
  return words === "" ? "." : `: ${words}.`;
}

function limited({ accounts, until }: Extract<Refusal, { kind: "limited" }>, time: FormatTime): string {
  const cooling = accounts.filter(({ state }) => state === "cooling");
  const others = accounts.filter(({ state }) => state !== "cooling");
  const first = cooling.find((account) => account.until === until);
  const back = `First free: ${first ? `${name(first)}, ` : ""}${time(until)}.`;
  if (others.length === 0)
    return `${allPause(cooling)}${cooling.length === 1 ? ` Free again: ${time(until)}.` : ` ${back}`}`;
  const verb = cooling.length === 1 ? "is" : "are";
  return `No Gemini account is free: ${cooling.length} ${verb} ${pauseWords(cooling)}. ${back} ${named(others)}`;
}

function allPause(cooling: readonly RefusedAccount[]): string {
  const [only] = cooling;
  if (cooling.length === 1 && only) return `Your Gemini account ${name(only)} is ${pauseWords(cooling)}.`;
  const all = cooling.length === 2 ? "Both" : `All ${cooling.length}`;
  return `${all} Gemini accounts are ${pauseWords(cooling)}.`;
}

/** "used up" only where that is what Google said of every one. */
function pauseWords(cooling: readonly RefusedAccount[]): string {
  if (cooling.every(({ reason }) => isSpent(reason))) return "used up";
  const reasons = [...new Set(cooling.map(({ reason }) => reasonWords(oneLine(reason))))];
  return `pausing (${reasons.slice(0, 3).join("; ")})`;
}

function banned({ label, sentence, url }: Extract<Refusal, { kind: "banned" }>): string {
  const where = url === undefined ? "" : ` More: ${oneLine(url)}`;
  return `Google has suspended the account ${oneLine(label)}${said(sentence)} It is parked; your next message uses the other accounts.${where}`;
}

function named(accounts: readonly RefusedAccount[]): string {
  const lines = accounts.slice(0, NAMED_COUNT).map((account) => `${name(account)}: ${advice(account)}.`);
  const rest = accounts.length - NAMED_COUNT;
  return rest > 0 ? `${lines.join(" ")} And ${counted(rest, "more account")}: see /gquota.` : lines.join(" ");
}

function advice({ state, parkedState, reason, url }: RefusedAccount): string {
  const where = url === undefined ? "" : `: ${oneLine(url)} `;
  if (parkedState === "key-invalid" && SUSPENDED.test(reason)) return "Google has suspended the key, use another one";
  // Google's own words say what is wrong with it: a payment, a country, a limit of spending.
  if (parkedState === "billing" && reason.trim() !== "")
    return `${ADVICE.billing} (${clipped(oneLine(reason), 160).replace(/[.\s]+$/, "")})${where}`;
  if (parkedState !== undefined) return `${ADVICE[parkedState]}${where}`;
  if (state === "disabled" && reason === "disabled") return 'switched off (set "enabled": true in gemini-auth.json)';
  return reasonWords(oneLine(reason)).replace(/[.\s]+$/, "");
}

/** A key that is known well, and shut out: a new one of the same project would be, too. */
const SUSPENDED = /^Google has suspended/;

/** What a person has to do; an address, where Google gave one, follows. */
const ADVICE: Readonly<Record<ParkedState, string>> = {
  "needs-login": "its login has ended and must be renewed",
  "needs-verification": "Google wants you to verify it",
  "not-eligible": "Google says it is not eligible for Gemini, use another account",
  "no-licence": "it has no Gemini Code Assist licence, ask your administrator",
  "project-disabled": "the Gemini API is switched off in its project, switch it on",
  billing: "its billing needs attention",
  "key-invalid": "the key is not valid, make a new one and run /login",
  banned: "Google has suspended it",
};

const NAME_WIDTH = 40;
const name = ({ label }: RefusedAccount): string => clipped(oneLine(label), NAME_WIDTH) || "(no name)";
