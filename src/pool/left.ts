import type { AccountId } from "../core/account";

/** Whom a request does not ask again: accounts and quota scopes it has left, and for now those whose login takes long. */
export class Left {
  readonly #gone = new Set<string>();
  readonly #slow = new Set<AccountId>();
  #isPatient = false;

  get names(): ReadonlySet<string> {
    return this.#slow.size === 0 ? this.#gone : new Set([...this.#gone, ...this.#slow]);
  }

  /** The same with these. `withSlow`: those that are only passed over could be asked. */
  after(names: Iterable<string>, withSlow = false): ReadonlySet<string> {
    return new Set([...(withSlow ? this.#gone : this.names), ...names]);
  }

  /** Nobody is passed over any more: the login of whoever is asked is waited for. */
  get isPatient(): boolean {
    return this.#isPatient;
  }

  add(names: Iterable<string>): void {
    for (const name of names) this.#gone.add(name);
  }

  /** Nothing is wrong with it but that its login takes long, and somebody else can answer now. */
  passOver(id: AccountId): void {
    this.#slow.add(id);
  }

  /** Where nobody else could answer after all, those that were passed over may be asked again. */
  reconsider(isAnybodyElse: () => boolean): void {
    if (this.#slow.size === 0 || isAnybodyElse()) return;
    this.#slow.clear();
    this.#isPatient = true;
  }
}
