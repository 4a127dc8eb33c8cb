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

function credentialHeaders(account: Account, access: Access): Record<string, string> {
  if (access.kind === "api-key") return { "x-goog-api-key": access.key };
  const project = payingProject(account);
  return {
    authorization: `Bearer ${access.token}`,
    ...(project ? { "x-goog-user-project": project } : {}),
  };
}

/**
 * The project that is to pay, where a login has to name it: a key belongs to one, and Vertex AI counts for the project of the
 * address unless told otherwise. https://docs.cloud.google.com/apis/docs/system-parameters
 */
function payingProject({ backend, project, quotaProject }: Account): string | undefined {
  switch (backend) {
    case "gemini-api":
      return quotaProject ?? project;
    case "vertex":
      return quotaProject;
    case "code-assist":
      return undefined;
  }
}
