import type { AccountId } from "../../../src/core/account";

/** The accounts that only one slot changes: two logins and a key. */
export const ownIds = (slot: number): readonly AccountId[] => [0, 1, 2].map((n) => `own-${slot}-${n}`);

/** The accounts that everybody changes. */
export const SHARED_IDS: readonly AccountId[] = [0, 1, 2, 3].map((n) => `shared-${n}`);

/** What everybody learns about: more of them, so that more last words can be judged. */
export const SHARED_FACT_IDS: readonly AccountId[] = Array.from({ length: 16 }, (_, n) => `shared-${n}`);

/** The last of each kind is an API key, the others are logins. */
export const isKey = (id: AccountId): boolean => /^(?:own-\d+-2|shared-3)$/.test(id);

/** An account that every write logs in to again: its refresh token is the ticket of that write. */
export const TICKET_ID: AccountId = "ticket";
