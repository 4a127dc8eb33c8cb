import type { Finding } from "../core/finding";
import { slipsIn } from "../core/nearest";
import { decodeAccount, maskEmail, modernise } from "./account-codec";
import type { AccountsDocument } from "./accounts-document";
import { isObject, type JsonObject } from "./json";

const TOP = ["accounts", "removed", "oauthClients"];

const ACCOUNT = [
  "id",
  "label",
  "backend",
  "credential",
  "enabled",
  "priority",
  "tags",
  "addedAt",
  "tier",
  "project",
  "quotaProject",
  "location",
];

/** As the ancestor and its kin call it: beside our own it is theirs. */
const THEIRS = "projectId";

const ownSlips = (object: JsonObject, known: readonly string[]) =>
  slipsIn(object, known).filter(({ field, meant }) => field !== THEIRS || object[meant] === undefined);

function nameOf(raw: JsonObject, number: number): string {
  const decoded = decodeAccount(raw, number);
  const isNamed = "entry" in decoded && typeof raw["label"] === "string";
  return `account ${number}${isNamed ? ` ("${maskEmail(decoded.entry.account.label)}")` : ""}`;
}

/** Fields of a good file that do nothing and look like some that do. Others of an unknown name are somebody else's. */
export function fieldFindings(path: string, { rest, accounts }: AccountsDocument): readonly Finding[] {
  return [
    ...ownSlips(rest, TOP).map((slip): Finding => ({ kind: "field-slip", path, where: undefined, ...slip })),
    ...accounts.flatMap((raw, index) => {
      if (!isObject(raw)) return [];
      const slips = ownSlips(modernise(raw), ACCOUNT);
      return slips.map((slip): Finding => ({ kind: "field-slip", path, where: nameOf(raw, index + 1), ...slip }));
    }),
  ];
}
