import { expect } from "bun:test";
import type { Outcome } from "../../../src/core/outcome";
import type { Reply } from "../../../src/pool/reply";
import type { SeenCall } from "../stub-world";
import type { Answer, PoolModel } from "./pool-model";

/** One request as it went. */
export interface Course {
  readonly model: string;
  readonly session: string;
  readonly calls: readonly SeenCall[];
  /** Absent where the caller left. */
  readonly reply?: Reply;
  readonly now: number;
}

/** What may be repeated: a wait this short is sat out, and a request without anybody else waits for it. */
const SHORT_MS = 2_000;
/** When an account that only stumbled may be asked again. */
const STUMBLE_MS = 10_000;

const isBusy = ({ kind }: Outcome): boolean => kind === "transient" || kind === "capacity";
const isUntold = (outcome: Outcome): boolean => outcome.kind === "limited" && !outcome.detailed;

/** Follows requests with the model in hand: each call must be one the model allows, and each last word the model's. */
export class Judge {
  readonly #model: PoolModel;
  /** Where conversations live. */
  readonly #homes = new Map<string, string>();

  constructor(model: PoolModel) {
    this.#model = model;
  }

  judge(course: Course): void {
    const { calls, reply, session, model } = course;
    const left = new Set<string>();
    const answers: Answer[] = [];
    for (const [index, call] of calls.entries()) {
      const before = answers.at(-1);
      if (before && before.account !== call.account.id && !this.#isSatOut(before, call)) this.#leave(before, left);
      if (index === 0) this.#atHome(course, call);
      this.#allowed(call, left);
      if (!call.outcome) continue;
      const { at, answeredAt, outcome, request } = call;
      const answer = { account: call.account.id, model, request, at, answeredAt, outcome };
      this.#model.learn(answer);
      answers.push(answer);
    }
    const last = answers.at(-1);
    this.#paidRightly(answers);
    if (reply?.kind === "answered") this.#homes.set(`${session} ${model}`, last?.account ?? "");
    if (reply === undefined) return;
    expect(reply.kind).toBe(last?.outcome.kind === "success" ? "answered" : "refused");
    if (reply.kind === "refused") this.#refusedRightly(course, answers, reply);
  }

  #leave({ account, outcome }: Answer, left: Set<string>): void {
    left.add(account);
    const isOwn = outcome.kind === "unauthorized" || outcome.kind === "parked";
    const project = this.#model.members.get(account)?.project;
    if (!isOwn && project !== undefined) left.add(project);
  }

  /** A short wait was sat out; then any key of the project may ask again. */
  #isSatOut({ outcome, answeredAt }: Answer, next: SeenCall): boolean {
    if (outcome.kind !== "limited" || outcome.until === undefined) return false;
    return outcome.until - answeredAt <= SHORT_MS && outcome.until <= next.at;
  }

  #isLeft(account: string, left: ReadonlySet<string>): boolean {
    return left.has(account) || left.has(this.#model.members.get(account)?.project ?? "");
  }

  #allowed({ account: { id }, model, at }: SeenCall, left: ReadonlySet<string>): void {
    expect({ id, open: this.#model.backAt(id, model, at) === at }).toEqual({ id, open: true });
    expect({ id, left: this.#isLeft(id, left) }).toEqual({ id, left: false });
  }

  /** A conversation stays where it is, as long as that account can answer; unless our own count says that its day is used up. */
  #atHome({ model, session }: Course, { at, account }: SeenCall): void {
    const home = this.#homes.get(`${session} ${model}`);
    if (home === undefined || this.#model.counted.has(this.#model.quotaKey(home, model))) return;
    if (this.#model.open(model, at).includes(home)) expect(account.id).toBe(home);
  }

  #paidRightly(answers: readonly Answer[]): void {
    const repeats = answers.slice(0, -1).filter(({ outcome }) => isBusy(outcome) || isUntold(outcome));
    expect(repeats.length).toBeLessThanOrEqual(5);
    const free = answers.length - repeats.length;
    expect(free).toBeLessThanOrEqual(1 + 2 * this.#model.members.size);
  }

  #refusedRightly({ model, now }: Course, answers: readonly Answer[], reply: Reply): void {
    const last = answers.at(-1);
    const left = new Set<string>();
    for (const answer of answers) this.#leave(answer, left);
    const isBanned = last?.outcome.kind === "banned";
    const isTest = this.#model.isTest(model, now);
    const isOutage = this.#model.open(model, now).length === 0;
    const isFoundBusy = reply.kind === "refused" && reply.refusal.kind === "busy";
    if (last && isBusy(last.outcome) && isFoundBusy) this.#model.foundBusy(model, now);
    const busyCount = answers.filter(({ outcome }) => isBusy(outcome)).length;
    const capacityCount = answers.filter(({ outcome }) => outcome.kind === "capacity").length;
    const paidCount = answers.filter(({ outcome }) => isBusy(outcome) || isUntold(outcome)).length;
    const mayGiveUp = isBanned || capacityCount > 1 || paidCount > 5 || (isTest && busyCount > 1);
    if (!mayGiveUp && !isOutage) {
      const waiting = [...this.#model.members.keys()].filter((account) => {
        const backAt = this.#model.backAt(account, model, now);
        return !this.#isLeft(account, left) && backAt !== undefined && backAt <= now + SHORT_MS;
      });
      expect(waiting).toEqual([]);
    }
    if (isBanned) expect(reply).toMatchObject({ refusal: { kind: "banned" } });
    // After six calls it is enough, whoever might still answer.
    else if (paidCount > 5 && last && isUntold(last.outcome)) expect(untilOf(reply)).toBe(now + STUMBLE_MS);
    else expect(untilOf(reply)).toBe(this.#firstBack(model, now, answers));
  }

  /** The first account to come back; one that only stumbled in this request does so in 10 s. */
  #firstBack(model: string, now: number, answers: readonly Answer[]): number | undefined {
    const stumbled = new Set(answers.filter(({ outcome }) => isBusy(outcome)).map(({ account }) => account));
    const ends = [...this.#model.members.keys()].flatMap((account) => {
      const backAt = this.#model.backAt(account, model, now);
      if (backAt === undefined) return [];
      if (backAt > now) return [backAt];
      return stumbled.has(account) ? [now + STUMBLE_MS] : [];
    });
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }
}

const untilOf = (reply: Reply): number | undefined =>
  reply.kind === "refused" && "until" in reply.refusal ? reply.refusal.until : undefined;
