import type { Credential, OAuthClient, OAuthCredential } from "../core/credential";
import { type Fields, fieldsOf } from "./fields";
import { defined, isObject, type JsonObject, omit } from "./json";

const present = <T extends object>(object: T) => defined(object as JsonObject) as T;

function decodeClient(raw: unknown, faults: string[]): OAuthClient | undefined {
  if (!isObject(raw)) return undefined;
  const fields = fieldsOf(raw, faults, "credential.client.");
  return present({ id: fields.text("id"), secret: fields.optionalText("secret") }) as OAuthClient;
}

const decodeLogin = (fields: Fields, raw: JsonObject, faults: string[]): OAuthCredential =>
  present({
    kind: "oauth",
    refreshToken: fields.text("refreshToken"),
    client: decodeClient(raw["client"], faults),
    accessToken: fields.optionalText("accessToken"),
    expiresAt: fields.optionalNumber("expiresAt"),
    email: fields.optionalText("email"),
    subject: fields.optionalText("subject"),
    generation: fields.optionalNumber("generation") ?? 0,
  }) as OAuthCredential;

const DECODERS: Readonly<
  Record<Credential["kind"], (fields: Fields, raw: JsonObject, faults: string[]) => Credential>
> = {
  "api-key": (fields) => ({ kind: "api-key", key: fields.text("key") }),
  oauth: decodeLogin,
  "service-account": (fields) => ({ kind: "service-account", keyFile: fields.text("keyFile") }),
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
];

/** Reads the `credential` object of an account; what is wrong is added to `faults`. */
export function decodeCredential(raw: unknown, faults: string[]): Credential {
  if (!isObject(raw)) {
    faults.push(raw === undefined ? "credential is missing" : "credential must be an object");
    return { kind: "adc" };
  }
  const fields = fieldsOf(raw, faults, "credential.");
  return DECODERS[fields.oneOf("kind", KINDS)](fields, raw, faults);
}

/** The `credential` object to write: every field of `before` that is not ours stays. */
export const encodeCredential = (credential: Credential, before: unknown): JsonObject => ({
  ...(isObject(before) ? omit(before, OWN_FIELDS) : {}),
  ...defined({ ...credential }),
});
