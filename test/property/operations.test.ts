import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Credential } from "../../src/core/credential";
import type { AccountOperation } from "../../src/ports/account-store";
import type { Locks } from "../../src/ports/files";
import { writeAccounts } from "../../src/storage/accounts-write";
import { aLogin, aSeat, NOW } from "../support/builders";
import { aStep, disk, modelOf, operationOf, play, type RawFile, refreshed, STRANGE } from "./account-steps";
import { applied, NO_ACCOUNTS } from "./accounts-model";
import { holds, LIMIT_MS } from "./runs";

const someSteps = fc.array(aStep, { maxLength: 30 });

const idsOf = ({ accounts }: RawFile) => accounts.map(({ id }) => id);
const byId = ({ accounts }: RawFile) => new Map(accounts.map((account) => [account.id, account]));

/** What an operation may change of an account that is there. A login that is made again changes what it has found out. */
const FIELDS = {
  add: ["credential", "project"],
  "set-enabled": ["enabled"],
  "set-project": ["project"],
  "replace-credential": ["credential"],
  remove: [],
} as const;

function changesOnlyItsField(operation: AccountOperation, before: RawFile, after: RawFile): void {
  expect(after.note).toBe("keep too");
  expect(after.accounts[0]).toEqual(STRANGE as unknown as RawFile["accounts"][number]);
  const known = byId(before);
  for (const account of after.accounts) {
    const old = known.get(account.id);
    if (!old) {
      expect(operation.type).toBe("add");
      continue;
    }
    const isMeant = operation.type === "add" || operation.id === account.id;
    const without = ({ ...fields }: object): object => {
      if (isMeant) for (const field of FIELDS[operation.type]) Reflect.deleteProperty(fields, field);
      return fields;
    };
    expect(without(account)).toEqual(without(old));
  }
  const lost = idsOf(before).filter((id) => !idsOf(after).includes(id));
  expect(lost).toEqual(operation.type === "remove" && known.has(operation.id) ? [operation.id] : []);
}

/** Whose refresh token it is: a refresh keeps it, a login brings another one. */
const loginIn = (credential: Credential | undefined) =>
  credential?.kind === "oauth" ? credential.refreshToken : undefined;

describe("named operations of readers who have not looked for a while", () => {
  test(
    "give the same file as if nobody had been stale: only the order in which they were applied counts",
    () =>
      holds(
        fc.asyncProperty(someSteps, async (steps) => {
          const [stale, fresh] = [disk(), disk()];
          const operations = await play(steps, stale);
          const alone = fresh.open(9);
          for (const operation of operations) {
            alone.current();
            await alone.update([operation]);
          }
          expect(stale.text()).toBe(fresh.text());
          expect(modelOf(stale.raw())).toEqual(operations.reduce(applied, NO_ACCOUNTS));
        }),
      ),
    LIMIT_MS,
  );

  test(
    "also when they are asked for at the same moment, in one go or one by one",
    () =>
      holds(
        fc.asyncProperty(someSteps, fc.integer({ min: 1, max: 5 }), async (steps, size) => {
          const operations = await play(steps, disk());
          const [together, batched] = [disk(), disk()];
          const stores = [1, 2, 3].map(together.open);
          await Promise.all(operations.map((operation, n) => stores[n % stores.length]?.update([operation])));
          const one = batched.open(1);
          for (let at = 0; at < operations.length; at += size) await one.update(operations.slice(at, at + size));
          expect(together.text()).toBe(batched.text());
          expect(modelOf(together.raw())).toEqual(operations.reduce(applied, NO_ACCOUNTS));
        }),
      ),
    LIMIT_MS,
  );

  test(
    "change their own field of their own account and nothing else, and only a login adds an account",
    () => holds(fc.asyncProperty(someSteps, async (steps) => void (await play(steps, disk(), changesOnlyItsField)))),
    LIMIT_MS,
  );

  test(
    "a refresh of an earlier login never replaces a later one, and never enables",
    () =>
      holds(
        fc.asyncProperty(someSteps, async (steps) => {
          await play(steps, disk(), (operation, before, after) => {
            if (operation.type !== "replace-credential") return;
            const [old, now] = [byId(before).get(operation.id), byId(after).get(operation.id)];
            expect(now?.enabled).toBe(old?.enabled);
            expect(loginIn(now?.credential)).toBe(loginIn(old?.credential));
            if (loginIn(operation.credential) !== loginIn(old?.credential)) expect(now).toEqual(old);
          });
        }),
      ),
    LIMIT_MS,
  );
});

test("a late refresh of a login that was removed does not replace the login that came back under the same id", async () => {
  const store = disk().open(1);
  const old = aLogin({ refreshToken: "1//example-old", generation: 4 });
  const again = aLogin({ refreshToken: "1//example-again", generation: 1 });
  await store.update([{ type: "add", account: aSeat(), credential: old }]);
  await store.update([{ type: "remove", id: "s1", at: NOW }]);
  await store.update([{ type: "add", account: aSeat(), credential: again }]);
  await store.update([{ type: "replace-credential", id: "s1", credential: refreshed(old, 1) }]);
  expect(loginIn(store.current().entries[0]?.credential)).toBe("1//example-again");
});

/** Locks of which the next one held is stolen: just when its holder asks for the nth time, the thief has done its work. */
function stealableLocks(): Locks & { stealBy(thief: () => void, nth: number): void } {
  let next: { readonly thief: () => void; readonly nth: number } | undefined;
  return {
    stealBy: (thief, nth) => {
      next = { thief, nth };
    },
    async hold(_path, work) {
      const theft = next;
      next = undefined;
      let asked = 0;
      return work(() => {
        asked += 1;
        if (asked === theft?.nth) theft.thief();
        return asked < (theft?.nth ?? Number.POSITIVE_INFINITY);
      });
    },
  };
}

const codeOf = (error: unknown) => (error as { code?: unknown }).code;

test(
  "whoever loses the lock halfway writes over nobody: the operation is refused, or done after the thief's",
  () =>
    holds(
      fc.asyncProperty(someSteps, aStep, aStep, fc.integer({ min: 1, max: 2 }), async (steps, first, second, nth) => {
        const locks = stealableLocks();
        const place = disk(locks);
        const operations = await play(steps, place);
        const victim = place.open(21);
        const sees = victim.current().entries;
        const [robbed, stolen] = [operationOf(first, sees, 101), operationOf(second, sees, 102)];
        if (!robbed || !stolen) return;
        let hasStolen = false;
        let theft: Promise<unknown> = Promise.resolve();
        locks.stealBy(() => {
          hasStolen = true;
          // Not by a store: the thief must be done before its victim goes on, and a store's first write loads what it takes.
          theft = writeAccounts(place.world(22), [stolen]);
        }, nth);
        const isRefused = await victim.update([robbed]).then(
          () => false,
          (error) => {
            expect(codeOf(error)).toBe("store/locked");
            return true;
          },
        );
        await theft;
        const done = [...(hasStolen ? [stolen] : []), ...(isRefused ? [] : [robbed])];
        expect(modelOf(place.raw())).toEqual([...operations, ...done].reduce(applied, NO_ACCOUNTS));
        expect(place.files.paths().filter((path) => path.endsWith(".tmp"))).toEqual([]);
      }),
    ),
  LIMIT_MS,
);
