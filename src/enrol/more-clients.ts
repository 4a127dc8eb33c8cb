import type { NamedClient } from "../core/named-client";
import type { AccountStore, AccountsView } from "../ports/account-store";

/** The store with the OAuth clients of the options behind its own; of the same name its own counts. */
export function withClients(store: AccountStore, more: () => readonly NamedClient[] | undefined): AccountStore {
  let last:
    | { readonly of: AccountsView; readonly and: readonly NamedClient[]; readonly view: AccountsView }
    | undefined;
  return {
    ...store,
    current() {
      const [of, and] = [store.current(), more()];
      if (and === undefined) return of;
      if (last?.of !== of || last.and !== and) last = { of, and, view: { ...of, clients: joined(of.clients, and) } };
      return last.view;
    },
  };
}

function joined(own: readonly NamedClient[] = [], more: readonly NamedClient[]): readonly NamedClient[] {
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...more.filter(({ name }) => !names.has(name))];
}
