import type { Failure } from "../../core/outcome";
import { asRecord, asText, parseJson } from "./loose";
import { classifyTokenRefusal } from "./token-refusal";

const CODE_GONE =
  "Google does not take the code: it was used already, is older than ten minutes, was cut when it was copied, or belongs to another login. Start the login again.";
const WRONG_ADDRESS =
  "The OAuth client does not let Google send the browser back to this machine: it must be a client of the type Desktop app (Google Cloud, Credentials).";
const OTHER_LOGIN =
  "This code was made for another address than this login's, so it probably belongs to another login: an earlier one, or one in another window. Start the login again and paste the whole address that the browser is sent to then. If it happens with that too, the OAuth client is not of the type Desktop app (Google Cloud, Credentials), which it must be.";
const NO_SECRET =
  "The OAuth client needs its secret here: add the client with it (the JSON file of a client of the type Desktop app holds both).";

/**
 * What a refusal of the token endpoint means for a code, which no repeat can mend. Everything that says as much of a refresh
 * (client, servers) is read as there. `isBare`: a person gave the code alone. Never throws; nothing that came is quoted.
 * https://developers.google.com/identity/protocols/oauth2/native-app#exchange-authorization-code
 */
export function classifyCodeRefusal(
  answer: { readonly status: number; readonly body: string },
  isBare = false,
): Failure {
  const { status, body } = answer;
  const fields = asRecord(parseJson(body));
  const error = asText(fields?.["error"])?.toLowerCase();
  const description = asText(fields?.["error_description"])?.toLowerCase() ?? "";
  if (error === "redirect_uri_mismatch")
    return { kind: "machine", status, sentence: isBare ? OTHER_LOGIN : WRONG_ADDRESS };
  if (error === "invalid_request" && description.includes("client_secret"))
    return { kind: "machine", status, sentence: NO_SECRET };
  const isReauth = /rapt|reauth/.test(description) || asText(fields?.["error_subtype"]) !== undefined;
  if (error === "invalid_grant" && !isReauth) return { kind: "rejected", status, sentence: CODE_GONE };
  return classifyTokenRefusal({ status, body });
}
