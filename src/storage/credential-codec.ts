import type { Credential, OAuthClient, OAuthCredential } from "../core/credential";
import { present } from "../core/present";
import { type Draft, type Fields, mustBe, oneOf, text } from "./fields";
import { isObject, type JsonObject, omit } from "./json";

function decodeClient(raw: JsonObject, faults: string[]): OAuthClient {
  const fields = { object: raw, faults, prefix: "credential.client." };
  const { secret } = raw;
  const id = text(fields, "id");
  if (typeof secret === "string") return { id, secret };
  mustBe("a text", fields, "secret");
  return { id };
}

function decodeLogin(fields: Fields, raw: JsonObject, faults: string[]): OAuthCredential {
  const { client, accessToken, expiresAt, email, subject, generation, lineage } = raw;
  const login: Draft<OAuthCredential> = { kind: "oauth", refreshToken: text(fields, "refreshToken"), generation: 0 };
  if (isObject(client)) login.client = decodeClient(client, faults);
  if (typeof accessToken === "string") login.accessToken = accessToken;
  else if (accessToken !== undefined) mustBe("a text", fields, "accessToken");
  if (typeof expiresAt === "number") login.expiresAt = expiresAt;
  else if (expiresAt !== undefined) mustBe("a number", fields, "expiresAt");
  if (typeof email === "string") login.email = email;
  else if (email !== undefined) mustBe("a text", fields, "email");
  if (typeof subject === "string") login.subject = subject;
  else if (subject !== undefined) mustBe("a text", fields, "subject");
  if (typeof generation === "number") login.generation = generation;
  else if (generation !== undefined) mustBe("a number", fields, "generation");
  if (typeof lineage === "string") login.lineage = lineage;
  return login;
}

const DECODERS: Readonly<
  Record<Credential["kind"], (fields: Fields, raw: JsonObject, faults: string[]) => Credential>
> = {
  "api-key": (fields) => ({ kind: "api-key", key: text(fields, "key") }),
  oauth: decodeLogin,
  "service-account": (fields) => ({ kind: "service-account", keyFile: text(fields, "keyFile") }),
  adc: () => ({ kind: "adc" }),
};

const KINDS = Object.keys(DECODERS) as Credential["kind"][];

/** The fields of each kind that are ours; all others in a file belong to somebody else and are kept. */
const OWN_FIELDS = [
  "kind",
  "key",
  "keyFile",
  "refreshToken",
  "client",
  "accessToken",
  "expiresAt",
  "email",
  "subject",
  "generation",
  "lineage",
];

/** Reads the `credential` object of an account; what is wrong is added to `faults`. */
export function decodeCredential(raw: unknown, faults: string[]): Credential {
  if (!isObject(raw)) {
    faults.push(raw === undefined ? "credential is missing" : "credential must be an object");
    return { kind: "adc" };
  }
  const fields = { object: raw, faults, prefix: "credential." };
  return DECODERS[oneOf(fields, "kind", KINDS)](fields, raw, faults);
}

/** The client's own unknown fields stay while it is the same client; a new login with another one brings its own. */
function encodeClient(credential: Credential, before: JsonObject): unknown {
  if (credential.kind !== "oauth") return undefined;
  const { client, refreshToken } = credential;
  const old = before["client"];
  // A refresh of the same login never loses what stands there, be it of a form that we cannot read.
  if (client === undefined) return before["refreshToken"] === refreshToken ? old : undefined;
  return isObject(old) && old["id"] === client.id ? { ...old, ...client } : client;
}

/** The `credential` object to write: every field of `before` that is not ours stays. */
export function encodeCredential(credential: Credential, before: unknown): JsonObject {
  const old = isObject(before) ? before : {};
  return { ...omit(old, OWN_FIELDS), ...present<JsonObject>({ ...credential, client: encodeClient(credential, old) }) };
}
