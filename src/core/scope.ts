import type { Account, AccountId, BackendName, ModelGroups } from "./account";

/** What is limited together, e.g. `gemini-api/side-1`: a refusal of one key benches every key of the scope. */
export type QuotaScope = string;

/** Models that Google counts as one, e.g. `gemini-2.5-pro`. */
export type ModelGroup = string;

/**
 * What a cooldown covers, from one model of one project up to a whole backend.
 * `key` is unique and stable across processes and versions; it holds no secret.
 */
export type Scope =
  | { readonly kind: "account"; readonly accountId: AccountId }
  | { readonly kind: "quota"; readonly quotaScope: QuotaScope; readonly group: ModelGroup }
  | { readonly kind: "backend-model"; readonly backend: BackendName; readonly model: string }
  | { readonly kind: "backend"; readonly backend: BackendName };

/** The string form a scope is stored and looked up by. */
export function scopeKey(scope: Scope): string {
  switch (scope.kind) {
    case "account":
      return `account:${scope.accountId}`;
    case "quota":
      return `quota:${scope.quotaScope}:${scope.group}`;
    case "backend-model":
      return `model:${scope.backend}:${scope.model}`;
    case "backend":
      return `backend:${scope.backend}`;
  }
}

/**
 * Who shares quota: the project for keys, the person for Code Assist, project and location for Vertex.
 * Without a known project each account stands alone (https://ai.google.dev/gemini-api/docs/rate-limits).
 */
export function quotaScopeOf(account: Account): QuotaScope {
  const alone = `account-${account.id}`;
  switch (account.backend) {
    case "gemini-api":
      return `gemini-api/${account.quotaProject ?? account.project ?? account.consumer ?? alone}`;
    case "code-assist":
      return `code-assist/${account.subject ?? alone}`;
    case "vertex":
      return `vertex/${vertexProject(account) ?? alone}/${vertexLocation(account)}`;
  }
}

/** A key belongs to a project that only its owner or a refusal can name; a token is used in the project that is asked. */
const vertexProject = ({ credential, project, quotaProject, consumer }: Account): string | undefined =>
  credential === "api-key" ? (project ?? quotaProject ?? consumer) : project;

/** Express mode knows no locations: its keys are asked where every project's default is. */
const vertexLocation = ({ credential, location }: Account): string =>
  (credential === "api-key" ? undefined : location) ?? "global";

/** Code Assist counts these together; a model not named here counts alone. */
const CODE_ASSIST_GROUPS: ModelGroups = {
  pro: ["gemini-2.5-pro", "gemini-3-pro-preview", "gemini-3.1-pro-preview"],
  flash: ["gemini-2.0-flash", "gemini-2.5-flash", "gemini-2.5-flash-lite"],
};

/** What is counted together unless the user says otherwise. */
const BUILT_IN: Readonly<Record<BackendName, ModelGroups>> = {
  "gemini-api": {},
  vertex: {},
  "code-assist": CODE_ASSIST_GROUPS,
};

/** The models that spend the same quota as `model` for this account, by name of their group; a model of no group stands alone. */
export function modelGroup(
  { backend, modelGroups = BUILT_IN[backend] }: Pick<Account, "backend" | "modelGroups">,
  model: string,
): ModelGroup {
  const found = Object.entries(modelGroups).find(([, models]) => models.includes(model));
  return found ? found[0] : model;
}

/** The scopes whose cooldown keeps this account from this model, narrowest first. */
export function scopesOf(account: Account, model: string): readonly Scope[] {
  return [
    { kind: "quota", quotaScope: quotaScopeOf(account), group: modelGroup(account, model) },
    { kind: "account", accountId: account.id },
    { kind: "backend-model", backend: account.backend, model },
    { kind: "backend", backend: account.backend },
  ];
}
