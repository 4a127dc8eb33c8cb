import type { Outcome } from "../../../src/core/outcome";
import { nextPacificMidnight } from "../../../src/core/quota/pacific";

/** One answered call, as the model needs it. */
export interface Answer {
  readonly account: string;
  readonly model: string;
  readonly request: number;
  readonly at: number;
  readonly answeredAt: number;
  readonly outcome: Outcome;
}

interface Member {
  readonly project: string;
  readonly addedAt: number;
  enabled: boolean;
  parked: boolean;
}

/** Why something is left alone, since when and until when; `step` counts such pauses in a row. */
interface Rest {
  readonly why: "told" | "day" | "untold" | "busy" | "outage" | "new key";
  readonly since: number;
  readonly until: number;
  readonly step: number;
}

const MINUTE = 60_000;
const STEPS = [10_000, 30_000, MINUTE, 2 * MINUTE] as const;
const OUTAGE = "everything";

/** What the pool should know, as simply as it can be said: who rests until when, and who waits for a person. */
export class PoolModel {
  readonly members = new Map<string, Member>();
  readonly rests = new Map<string, Rest>();
  /** Who was refused without a word lately, by model. */
  #untold: { model: string; account: string; project: string; at: number }[] = [];
  /** Failures of Google's servers in a row. */
  #failures = noFailures(0);
  /** Whose quota for a day was gone once: the pool then keeps a count of its own. */
  readonly counted = new Set<string>();

  /** Nobody who is switched off or waits for a person; then whoever does not rest. */
  backAt(account: string, model: string, now: number): number | undefined {
    const member = this.members.get(account);
    if (!member?.enabled || member.parked) return undefined;
    return Math.max(now, ...this.#keys(account, model).map((key) => this.rests.get(key)?.until ?? 0));
  }

  open(model: string, now: number): readonly string[] {
    return [...this.members.keys()].filter((account) => this.backAt(account, model, now) === now);
  }

  /** Until when nobody may ask for the model, or lately was not allowed to: the next call is a test. */
  isTest(model: string, now: number): boolean {
    const busy = this.rests.get(busyKey(model));
    return busy !== undefined && now - busy.until < 10 * MINUTE;
  }

  quotaKey(account: string, model: string): string {
    return `${this.members.get(account)?.project} ${model}`;
  }

  /** Somebody else was told to leave it alone: of two times the later one holds. */
  rest(key: string, rest: Rest): void {
    if ((this.rests.get(key)?.until ?? 0) < rest.until) this.rests.set(key, rest);
  }

  /** A whole request found the model busy. */
  foundBusy(model: string, now: number, startedAt = now): void {
    const before = this.isTest(model, now) ? this.rests.get(busyKey(model)) : undefined;
    this.#pause(busyKey(model), "busy", before, startedAt, now);
  }

  learn(answer: Answer): void {
    const { outcome, account, answeredAt: now, at } = answer;
    const member = this.members.get(account);
    if (!member) throw new Error(`${account} answered, and is not there`);
    if (outcome.kind === "capacity" || outcome.kind === "aborted") return;
    if (outcome.kind === "transient") {
      this.#fail(answer);
      return;
    }
    this.#failures = noFailures(now);
    // A limit may be told at the door; whatever else is said comes from the servers.
    if (outcome.kind !== "limited" && (this.rests.get(OUTAGE)?.until ?? at + 1) <= at) this.rests.delete(OUTAGE);
    if (outcome.kind === "limited") this.#limit(answer, outcome);
    else if (outcome.kind === "unauthorized") this.#refuseKey(account, member, at, now);
    else if (outcome.kind === "success") this.#prove(answer);
    else member.parked = true;
  }

  #prove({ account, model, at }: Answer): void {
    this.#untold = this.#untold.filter((each) => each.model !== model);
    for (const key of this.#keys(account, model)) {
      if ((this.rests.get(key)?.since ?? Number.POSITIVE_INFINITY) <= at) this.rests.delete(key);
    }
  }

  #keys(account: string, model: string): readonly string[] {
    return [account, this.quotaKey(account, model), busyKey(model), OUTAGE];
  }

  #pause(key: string, why: Rest["why"], before: Rest | undefined, startedAt: number, now: number): void {
    const step = stepAfter(before, startedAt);
    this.rest(key, { why, since: now, until: now + (STEPS[step - 1] ?? 2 * MINUTE), step });
  }

  #limit({ account, model, at, answeredAt: now }: Answer, outcome: Extract<Outcome, { kind: "limited" }>): void {
    const key = this.quotaKey(account, model);
    const before = this.rests.get(key);
    const step = stepAfter(before, at);
    if (outcome.reason === "daily-quota") {
      this.counted.add(key);
      const isSecond = before?.why === "day" && before.until <= at && now < nextPacificMidnight(before.since);
      const until = isSecond ? undefined : outcome.until;
      this.rest(key, { why: "day", since: now, until: until ?? nextPacificMidnight(now), step });
    } else if (outcome.until !== undefined) {
      this.rest(key, { why: "told", since: now, until: outcome.until, step });
    } else if (!this.#isGooglesFault(account, model, at, now)) this.#pause(key, "untold", before, at, now);
  }

  /** Three projects refused alike within 10 s: it is not they. */
  #isGooglesFault(account: string, model: string, startedAt: number, now: number): boolean {
    const project = this.members.get(account)?.project ?? "";
    const lately = this.#untold.filter((each) => each.model === model && now - each.at <= 10_000);
    const others = this.#untold.filter((each) => each.model !== model);
    const isFault = new Set([project, ...lately.map((each) => each.project)]).size >= 3;
    const own = { model, account, project, at: now };
    this.#untold = isFault ? others : [...others, ...lately.filter((each) => each.account !== account), own];
    if (!isFault) return false;
    for (const each of lately) {
      const key = `${each.project} ${model}`;
      if (this.rests.get(key)?.why === "untold") this.rests.delete(key);
    }
    this.foundBusy(model, now, startedAt);
    return true;
  }

  /** A key that is new may not be known everywhere yet. */
  #refuseKey(account: string, member: Member, at: number, now: number): void {
    const before = this.rests.get(account);
    const hadItsChance = before?.why === "new key" && before.until <= at;
    if (now - member.addedAt >= 10 * MINUTE || hadItsChance) member.parked = true;
    else this.rest(account, { why: "new key", since: now, until: now + 2 * MINUTE, step: 1 });
  }

  /**
   * Five failures in a row over two requests, and of two accounts where there are two: nobody asks for 10 s; after each
   * failed test for twice as long.
   */
  #fail({ at, answeredAt: now, request, account }: Answer): void {
    const last = this.rests.get(OUTAGE);
    if (last && now - last.until < 10 * MINUTE) {
      const until = now + Math.min(2 * MINUTE, 10_000 * 2 ** last.step);
      if (last.until <= at) this.rest(OUTAGE, { why: "outage", since: now, until, step: last.step + 1 });
      return;
    }
    const run = now - this.#failures.at < 10 * MINUTE ? this.#failures : noFailures(now);
    const [requests, accounts] = [run.requests.add(request), run.accounts.add(account)];
    this.#failures = { count: run.count + 1, requests, accounts, at: now };
    const others = [...this.members.values()].filter(({ enabled, parked }) => enabled && !parked).length;
    if (run.count + 1 < 5 || requests.size < 2 || (accounts.size < 2 && others > 1)) return;
    this.#failures = noFailures(now);
    this.rest(OUTAGE, { why: "outage", since: now, until: now + 10_000, step: 1 });
  }
}

const noFailures = (at: number) => ({ count: 0, requests: new Set<number>(), accounts: new Set<string>(), at });

export const busyKey = (model: string): string => `model ${model}`;

/** The next step only for a call that began after the last pause had ended. */
const stepAfter = (before: Rest | undefined, startedAt: number): number =>
  before === undefined ? 1 : Math.min(4, before.step + (before.until > startedAt ? 0 : 1));
