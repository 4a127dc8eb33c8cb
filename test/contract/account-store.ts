import { expect, test } from "bun:test";
import type { AccountOperation, AccountStore, ClientOperation } from "../../src/ports/account-store";
import { aKey, aLogin, anAccount, aSeat, NOW } from "../support/builders";

/** A place that stores share, as processes share a disk. */
export interface AccountPlace {
  open(): AccountStore;
}

const adding = (id: string, key = `AIza-example-${id}`, label = id): AccountOperation => ({
  type: "add",
  account: anAccount({ id, label }),
  credential: aKey(key),
});

const idsOf = (store: AccountStore) => store.current().entries.map(({ account }) => account.id);

/** What every account store promises, whatever it is made of. */
export function accountStoreContract(name: string, makePlace: () => AccountPlace): void {
  const it = (what: string, story: (place: AccountPlace) => Promise<void>) =>
    test(`${name}: ${what}`, () => story(makePlace()));

  it("begins empty and without a problem", async (place) => {
    expect(place.open().current()).toEqual({ entries: [] });
  });

  it("gives back what was added, to every reader", async (place) => {
    const store = place.open();
    const seat = aSeat({ tier: "standard", tags: ["work"], priority: 2, subject: "1098" });
    const results = await store.update([adding("k1"), { type: "add", account: seat, credential: aLogin() }]);
    expect(results).toEqual([
      { id: "k1", effect: "added" },
      { id: "s1", effect: "added" },
    ]);
    const expected = [
      { account: anAccount({ id: "k1", label: "k1" }), credential: aKey("AIza-example-k1") },
      { account: seat, credential: aLogin() },
    ];
    expect(store.current().entries).toEqual(expected);
    expect(place.open().current().entries).toEqual(expected);
  });

  it("returns the same view while nothing changed and another one after a change elsewhere", async (place) => {
    const [ours, theirs] = [place.open(), place.open()];
    await theirs.update([adding("k1")]);
    const view = ours.current();
    expect(ours.current()).toBe(view);
    await theirs.update([adding("k2")]);
    expect(idsOf(ours)).toEqual(["k1", "k2"]);
  });

  it("never loses what another one wrote meanwhile", async (place) => {
    const [a, b] = [place.open(), place.open()];
    a.current();
    b.current();
    await Promise.all([a.update([adding("k1")]), b.update([adding("k2")]), a.update([adding("k3")])]);
    expect([...idsOf(a)].sort()).toEqual(["k1", "k2", "k3"]);
  });

  it("takes the same key for the same account", async (place) => {
    const store = place.open();
    await store.update([adding("k1", "AIza-example-same", "mine")]);
    expect(await store.update([adding("k2", "AIza-example-same", "again")])).toEqual([
      { id: "k1", effect: "unchanged" },
    ]);
    expect(store.current().entries.map(({ account }) => account.label)).toEqual(["mine"]);
  });

  it("takes a newer refresh and ignores an older one", async (place) => {
    const store = place.open();
    await store.update([{ type: "add", account: aSeat(), credential: aLogin({ generation: 3 }) }]);
    const refresh = (generation: number, accessToken: string) =>
      store.update([{ type: "replace-credential", id: "s1", credential: aLogin({ generation, accessToken }) }]);
    expect(await refresh(4, "ya29.example-new")).toEqual([{ id: "s1", effect: "updated" }]);
    expect(await refresh(4, "ya29.example-late")).toEqual([{ id: "s1", effect: "unchanged" }]);
    expect(store.current().entries[0]?.credential).toMatchObject({ accessToken: "ya29.example-new", generation: 4 });
  });

  it("never brings back what was removed, except by adding it again", async (place) => {
    const store = place.open();
    await store.update([{ type: "add", account: aSeat(), credential: aLogin() }]);
    await store.update([{ type: "remove", id: "s1", at: NOW }]);
    const late = await store.update([
      { type: "replace-credential", id: "s1", credential: aLogin({ generation: 9 }) },
      { type: "set-enabled", id: "s1", enabled: true },
      { type: "remove", id: "s1", at: NOW },
    ]);
    expect(late.map(({ effect }) => effect)).toEqual(["unchanged", "unchanged", "unchanged"]);
    expect(idsOf(store)).toEqual([]);
    await store.update([{ type: "add", account: aSeat(), credential: aLogin() }]);
    expect(idsOf(store)).toEqual(["s1"]);
  });

  it("keeps what Google says of a seat, and nothing else of who says it", async (place) => {
    const [store, stale] = [place.open(), place.open()];
    await store.update([{ type: "add", account: aSeat(), credential: aLogin() }]);
    await store.update([{ type: "set-enabled", id: "s1", enabled: false }]);
    const found = [{ type: "set-project", id: "s1", project: "found-1", tier: "legacy" }] as const;
    expect(await stale.update(found)).toEqual([{ id: "s1", effect: "updated" }]);
    expect(await stale.update(found)).toEqual([{ id: "s1", effect: "unchanged" }]);
    const { account, credential } = store.current().entries[0] ?? {};
    expect(account).toMatchObject({ project: "found-1", tier: "legacy", enabled: false });
    expect(credential).toEqual(aLogin());
    const late = { ...found[0], project: "found-2", isFill: true };
    expect(await stale.update([late])).toEqual([{ id: "s1", effect: "unchanged" }]);
    expect(await store.update([{ ...found[0], id: "nobody" }])).toEqual([{ id: "nobody", effect: "unchanged" }]);
  });

  it("disables for every reader at once", async (place) => {
    const [ours, theirs] = [place.open(), place.open()];
    await ours.update([adding("k1")]);
    await theirs.update([{ type: "set-enabled", id: "k1", enabled: false }]);
    expect(ours.current().entries[0]?.account.enabled).toBe(false);
  });

  it("lets only one refresh of one account run, and others at the same time", async (place) => {
    const [a, b] = [place.open(), place.open()];
    await a.update([adding("k1")]);
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all([a.exclusively("k1", work), b.exclusively("k1", work), a.exclusively("k1", work)]);
    expect(most).toBe(1);
    expect(await a.exclusively("k1", () => b.exclusively("k2", async () => "meanwhile"))).toBe("meanwhile");
  });

  it("keeps who is disabled so, also when the key is added again", async (place) => {
    const store = place.open();
    await store.update([adding("k1", "AIza-example-same")]);
    await store.update([{ type: "set-enabled", id: "k1", enabled: false }]);
    await place.open().update([adding("k2", "AIza-example-same")]);
    expect(store.current().entries.map(({ account }) => [account.id, account.enabled])).toEqual([["k1", false]]);
  });

  it("keeps the OAuth clients of the user's own, by name, beside the accounts", async (place) => {
    const [ours, theirs] = [place.open(), place.open()];
    const set = (name: string, id: string): ClientOperation => ({
      type: "set-client",
      name,
      client: { id, secret: `${id}-s` },
    });
    await Promise.all([ours.update([set("a", "1"), adding("k1")]), theirs.update([set("b", "2")])]);
    expect(await theirs.update([set("a", "3"), set("b", "2")])).toEqual([
      { id: "a", effect: "updated" },
      { id: "b", effect: "unchanged" },
    ]);
    const clients = ours.current().clients ?? [];
    expect(clients.toSorted((x, y) => x.name.localeCompare(y.name))).toEqual([
      { name: "a", client: { id: "3", secret: "3-s" } },
      { name: "b", client: { id: "2", secret: "2-s" } },
    ]);
    const removals = await ours.update([
      { type: "remove-client", name: "a" },
      { type: "remove-client", name: "a" },
    ]);
    expect(removals.map(({ effect }) => effect)).toEqual(["removed", "unchanged"]);
    expect(theirs.current().clients?.map(({ name }) => name)).toEqual(["b"]);
    expect(idsOf(theirs)).toEqual(["k1"]);
  });

  it("applies several changes of one update together, in order", async (place) => {
    const store = place.open();
    const results = await store.update([
      adding("k1"),
      { type: "remove", id: "k1", at: NOW },
      adding("k2"),
      { type: "set-enabled", id: "k2", enabled: false },
    ]);
    expect(results.map(({ effect }) => effect)).toEqual(["added", "removed", "added", "updated"]);
    expect(idsOf(place.open())).toEqual(["k2"]);
  });

  it("tells whoever watches of a change by somebody else, until they stop watching", async (place) => {
    const [ours, theirs] = [place.open(), place.open()];
    await theirs.update([adding("k1")]);
    let heard = () => {};
    const change = new Promise<void>((resolve) => {
      heard = resolve;
    });
    let count = 0;
    const stop = ours.watch?.(() => {
      count += 1;
      heard();
    });
    await theirs.update([adding("k2")]);
    await change;
    stop?.();
    expect(count).toBeGreaterThan(0);
    expect(idsOf(ours)).toEqual(["k1", "k2"]);
  });
}
