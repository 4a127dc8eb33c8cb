import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ClientOperation } from "../../src/ports/account-store";
import { applyToClients, clientsOf } from "../../src/storage/oauth-clients";
import { holds, LIMIT_MS } from "../property/runs";

const client = { id: "own.apps.example", secret: "own-secret" };

test("clients that are broken are named by their place, without what they hold, and leave the others", () => {
  const { clients, problems } = clientsOf({
    oauthClients: [{ name: "a", ...client }, { name: "b" }, "x", { name: "a", id: "z" }, { name: "c", id: "c-id" }],
  });
  expect(clients).toEqual([
    { name: "a", client },
    { name: "c", client: { id: "c-id" } },
  ]);
  expect(problems).toEqual([
    "OAuth client 2: name and id must be texts",
    "OAuth client 3: name and id must be texts",
    "OAuth client 4: its name is used twice",
  ]);
});

test("a client that is set anew without a secret loses the old one", () => {
  const before = { oauthClients: [{ name: "a", ...client, note: "keep" }] };
  const { rest } = applyToClients(before, { type: "set-client", name: "a", client: { id: "other" } });
  expect(rest).toEqual({ oauthClients: [{ name: "a", id: "other", note: "keep" }] });
});

const aName = fc.constantFrom("a", "b", "c");
const anOperation: fc.Arbitrary<ClientOperation> = fc.oneof(
  fc.record({ type: fc.constant("remove-client" as const), name: aName }),
  fc.record({
    type: fc.constant("set-client" as const),
    name: aName,
    client: fc.record({ id: fc.constantFrom("1", "2"), secret: fc.constantFrom("s", "t") }),
  }),
);

test(
  "any operations give what a map of names would hold; what changes nothing writes nothing",
  () =>
    holds(
      fc.property(fc.array(anOperation, { maxLength: 20 }), (operations) => {
        const model = new Map<string, object>();
        let rest: Readonly<Record<string, unknown>> = { note: "keep" };
        for (const operation of operations) {
          const applied = applyToClients(rest, operation);
          const isSame = JSON.stringify(clientsOf(applied.rest).clients) === JSON.stringify(clientsOf(rest).clients);
          expect(applied.rest === rest).toBe(isSame);
          expect(applied.result.effect === "unchanged").toBe(isSame);
          rest = applied.rest;
          if (operation.type === "remove-client") model.delete(operation.name);
          else model.set(operation.name, operation.client);
        }
        const found = new Map(clientsOf(rest).clients.map(({ name, client: held }) => [name, held as object]));
        expect(found).toEqual(model);
        expect(rest["note"]).toBe("keep");
      }),
    ),
  LIMIT_MS,
);
