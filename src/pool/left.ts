import type { AccountId, DurationMs } from "../core/account";
import { HASTY_MS } from "./patient-flights";

/** While somebody else could answer at once, all logins together may take this long, the first of them most of it (`HASTY_MS`). */
const WHILE_OTHERS_MS: DurationMs = 2_000;
/** After that each login that was not waited for yet gets its chance, as long as the request has waited less than this. */
const EACH_MS: DurationMs = 2_000;
const ALL_MS: DurationMs = 8_000;

/**
 * Whom a request does not ask again: accounts and quota scopes it has left, and for now those whose login takes long. Those are asked
 * after everybody who needs no login; then the ones that were not waited for yet; at last they are waited for, whoever they are.
 */
export class Left {
  readonly #gone = new Set<string>();
  #slow = new Set<AccountId>();
  readonly #late = new Set<AccountId>();
  #phase: "others" | "each" | "all" = "others";
  #waitedMs: DurationMs = 0;

  get names(): ReadonlySet<string> {
    return this.#slow.size === 0 ? this.#gone : new Set([...this.#gone, ...this.#slow]);
  }

  /** The same with these. `withSlow`: those that are only passed over could be asked. */
  after(names: Iterable<string>, withSlow = false): ReadonlySet<string> {
    return new Set([...(withSlow ? this.#gone : this.names), ...names]);
  }

  /** How long a login is waited for while somebody else could be asked; undefined once nobody is passed over any more. */
  get patienceMs(): DurationMs | undefined {
    if (this.#phase === "all") return undefined;
    if (this.#phase === "each") return this.#waitedMs < ALL_MS ? EACH_MS : 0;
    return Math.max(0, Math.min(HASTY_MS, WHILE_OTHERS_MS - this.#waitedMs));
  }

  /** How long the request has waited for logins. */
  get waitedMs(): DurationMs {
    return this.#waitedMs;
  }

  /** Everybody who needs none has been asked. */
  get areLeft(): boolean {
    return this.#phase !== "others";
  }

  waited(ms: DurationMs): void {
    this.#waitedMs += Math.max(0, ms);
  }

  add(names: Iterable<string>): void {
    for (const name of names) this.#gone.add(name);
  }

  /** Nothing is wrong with it but that its login takes long, and somebody else can answer now. `isLate`: it was waited for. */
  passOver(id: AccountId, isLate: boolean): void {
    this.#slow.add(id);
    if (isLate) this.#late.add(id);
  }

  /** Where nobody else could answer after all, those that were passed over may be asked again. */
  reconsider(isAnybodyElse: () => boolean): void {
    while (this.#slow.size > 0 && this.#phase !== "all" && !isAnybodyElse()) {
      this.#phase = this.#phase === "others" ? "each" : "all";
      this.#slow = new Set(this.#phase === "each" ? this.#late : []);
    }
  }
}
