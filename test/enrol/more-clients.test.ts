import { expect, test } from "bun:test";
import type { NamedClient } from "../../src/core/named-client";
import { withClients } from "../../src/enrol/more-clients";
import { addClient, clientsIn, removeClient } from "../../src/enrol/own-clients";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";

const OPTION: NamedClient = { name: "mine", client: { id: "own.apps.example", secret: "secret" }, isOption: true };
const file = (id: string) => JSON.stringify({ installed: { client_id: id, client_secret: "secret" } });

function store(options: () => readonly NamedClient[] | undefined) {
  const parts = { files: memoryFiles(), locks: memoryLocks(), clock: fakeClock(), chance: seededChance() };
  return withClients(createAccountsFile({ ...parts, path: "/home/me/gemini-auth.json" }), options);
}

test("clients of the options are there as long as the options have them, behind those that were added", async () => {
  let options: readonly NamedClient[] | undefined;
  const both = store(() => options);
  await addClient(file("added.apps.example"), both, "added");
  const names = () => clientsIn(both).map(({ name }) => name);
  expect(names()).toEqual(["added"]);
  options = [OPTION, { ...OPTION, name: "added" }];
  expect(names()).toEqual(["added", "mine"]);
  expect(clientsIn(both)[0]?.client.id).toBe("added.apps.example");
  expect(both.current()).toBe(both.current());
  options = undefined;
  expect(names()).toEqual(["added"]);
});

test("one of both places is removed from the file, though the options' shows through then", async () => {
  const own = store(() => undefined);
  await addClient(file("added.apps.example"), own, "twice");
  const shown = withClients(own, () => [{ ...OPTION, name: "twice" }]);
  expect(await removeClient("twice", shown)).toMatchObject({ kind: "removed" });
  expect(clientsIn(shown)).toMatchObject([{ name: "twice", isOption: true }]);
});

test("one of the options is not added a second time, and is removed only where it stands", async () => {
  const both = store(() => [OPTION]);
  const added = await addClient(file("own.apps.example"), both, "other");
  expect(added).toMatchObject({ kind: "known", sentence: expect.stringContaining("already as mine") });
  expect(await addClient(file("b.apps.example"), both, "mine")).toMatchObject({ kind: "wrong" });
  const removed = await removeClient("mine", both);
  expect(removed).toMatchObject({ kind: "wrong", sentence: expect.stringContaining("gemini-pool.jsonc") });
  expect(clientsIn(both).map(({ name }) => name)).toEqual(["mine"]);
});
