import type { AccountId, BackendModelGroups } from "../core/account";
import { accountSeen, type Identity } from "../core/identity";
import { type Contender, contenderOf } from "../core/rotation/contender";
import type { PoolState } from "../core/state";
import type { AccountEntry, AccountsView } from "../ports/account-store";

/** An account in the running for a model, with its credential. */
export interface Entrant extends Contender {
  readonly entry: AccountEntry;
}

/** More models than these at once are not asked for by people. */
const MODELS_KEPT = 64;

const NO_GROUPS: BackendModelGroups = {};

/** The accounts as each model sees them. Made anew only where accounts or groups of models changed or Google named the project of one. */
export class Lineup {
  readonly #groupsNow: () => BackendModelGroups;
  #groups: BackendModelGroups | undefined;
  #view: AccountsView | undefined;
  #identities: readonly Identity[] = [];
  #entries: readonly AccountEntry[] = [];
  readonly #byModel = new Map<string, readonly Entrant[]>();

  constructor(groupsNow: () => BackendModelGroups = () => NO_GROUPS) {
    this.#groupsNow = groupsNow;
  }

  /** Everybody, in the order of the list. */
  of(view: AccountsView, state: PoolState, model: string): readonly Entrant[] {
    this.#follow(view, state);
    const known = this.#byModel.get(model);
    if (known) return known;
    if (this.#byModel.size >= MODELS_KEPT) this.#byModel.clear();
    const entrants = this.#entries.map((entry) => ({ entry, ...contenderOf(entry.account, model) }));
    this.#byModel.set(model, entrants);
    return entrants;
  }

  /** Everybody, with the project that Google named where the user did not. */
  entries(view: AccountsView, state: PoolState): readonly AccountEntry[] {
    this.#follow(view, state);
    return this.#entries;
  }

  find(view: AccountsView, state: PoolState, id: AccountId): AccountEntry | undefined {
    return this.entries(view, state).find(({ account }) => account.id === id);
  }

  #follow(view: AccountsView, state: PoolState): void {
    const groups = this.#groupsNow();
    if (view === this.#view && groups === this.#groups && this.#isKnown(state)) return;
    this.#view = view;
    this.#groups = groups;
    this.#identities = [...state.identities.values()];
    this.#entries = view.entries.map((entry) => {
      const account = accountSeen(entry.account, state, groups);
      return account === entry.account ? entry : { ...entry, account };
    });
    this.#byModel.clear();
  }

  /** Google has named no other projects since. */
  #isKnown({ identities }: PoolState): boolean {
    if (identities.size !== this.#identities.length) return false;
    let index = 0;
    for (const identity of identities.values()) if (identity !== this.#identities[index++]) return false;
    return true;
  }
}
