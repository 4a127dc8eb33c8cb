import type { Account } from "../../core/account";
import type { Access, HostRequest } from "../../ports/upstream";
import { USER_AGENT } from "../user-agent";

/** The only headers of the host that go to Google: everything else could tell who asks, or carry its credential. */
const ALLOWED = ["content-type", "accept"] as const;

/** The headers of one call: what the host may say, who we are, and the account's credential. */
export function headersFor(request: HostRequest, account: Account, access: Access): Record<string, string> {
  const headers: Record<string, string> = { "user-agent": USER_AGENT };
  if (request.body !== undefined) headers["content-type"] = "application/json";
  for (const name of ALLOWED) {
    const value = request.headers.get(name);
    if (value) headers[name] = value;
  }
  return Object.assign(headers, credentialHeaders(account, access));
}

/** A login names the project that is to pay; a key belongs to one already. https://docs.cloud.google.com/apis/docs/system-parameters */
function credentialHeaders(account: Account, access: Access): Record<string, string> {
  if (access.kind === "api-key") return { "x-goog-api-key": access.key };
  const project = account.quotaProject ?? account.project;
  return {
    authorization: `Bearer ${access.token}`,
    ...(project && account.backend === "gemini-api" ? { "x-goog-user-project": project } : {}),
  };
}
