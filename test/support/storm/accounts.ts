import type { AccountId } from "../../../src/core/account";
import type { AccountOperation, AccountStore, OperationResult } from "../../../src/ports/account-store";
import type { Chance } from "../../../src/ports/world";
import { aKey, aLogin, anAccount, aSeat } from "../builders";
import type { Entry } from "./journal";
import { isKey, TICKET_ID } from "./names";

interface Parts {
  readonly store: AccountStore;
  readonly chance: Chance;
  readonly write: (entry: Entry) => void;
  readonly newTicket: () => string;
  readonly ids: readonly AccountId[];
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
  /** How long the last lock of the accounts file was waited for. */
  readonly waitedMs: () => number;
}

/** A login of this moment: its tokens are named after the operation. */
const loginOf = (id: AccountId, name: string, generation: number) =>
  aLogin({
    refreshToken: `1//${name}`,
    accessToken: `ya29.${name}`,
    email: `${id}@work.example`,
    subject: id,
    generation,
  });

const adding = (id: AccountId, name: string): AccountOperation =>
  isKey(id)
    ? { type: "add", account: anAccount({ id, label: id }), credential: aKey(`AIza-example-${name}`), isAgain: true }
    : { type: "add", account: aSeat({ id, label: id, subject: id }), credential: loginOf(id, name, 1) };

const stamp = (ticket: string): AccountOperation => ({
  type: "add",
  account: aSeat({ id: TICKET_ID, label: TICKET_ID, subject: TICKET_ID }),
  credential: aLogin({ refreshToken: ticket, email: "ticket@work.example", subject: TICKET_ID }),
});

/** Random operations on the accounts file, one after the other, as the faces and the refresh of tokens make them. */
export class AccountsStorm {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async step(): Promise<void> {
    const { chance, ids, newTicket } = this.#parts;
    const id = ids[Math.floor(chance.random() * ids.length)] ?? "";
    const ticket = newTicket();
    const draw = chance.random();
    if (draw < 0.3) await this.#update(adding(id, ticket), ticket);
    else if (draw < 0.5) await this.#update({ type: "set-enabled", id, enabled: draw < 0.4 }, ticket);
    else if (draw < 0.62) await this.#update({ type: "remove", id, at: this.#parts.now() }, ticket);
    else if (isKey(id)) await this.#update({ type: "set-enabled", id, enabled: false }, ticket);
    else if (draw < 0.8) await this.#refresh(id, ticket);
    else await this.#lateRefresh(id, ticket);
  }

  /** As the pool does it: alone, after a look at the file, and it takes a moment. */
  async #refresh(id: AccountId, ticket: string): Promise<void> {
    const work = () => this.#lateRefresh(id, ticket);
    await this.#parts.store.exclusively(id, work).catch((error) => this.#refused(ticket, error));
  }

  /** A refresh that began when the file said something else, perhaps. */
  async #lateRefresh(id: AccountId, ticket: string): Promise<void> {
    const { store, chance, sleep } = this.#parts;
    const found = store.current().entries.find(({ account }) => account.id === id)?.credential;
    await sleep(chance.random() * 30);
    const generation = found?.kind === "oauth" ? found.generation + 1 : 2;
    await this.#update({ type: "replace-credential", id, credential: loginOf(id, ticket, generation) }, ticket);
  }

  async #update(operation: AccountOperation, ticket: string): Promise<void> {
    const { store, write, waitedMs } = this.#parts;
    write({ kind: "update", ticket, operation });
    try {
      const [result]: readonly (OperationResult | undefined)[] = await store.update([operation, stamp(ticket)]);
      write({ kind: "updated", ticket, effect: result?.effect ?? "none", waitedMs: waitedMs() });
    } catch (error) {
      this.#refused(ticket, error);
    }
  }

  #refused(ticket: string, error: unknown): void {
    const code = String((error as { code?: unknown }).code ?? error);
    this.#parts.write({ kind: "refused", ticket, code, waitedMs: this.#parts.waitedMs() });
  }
}
