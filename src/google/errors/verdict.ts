import type { BackendName } from "../../core/account";
import type { Failure, LimitScope, ParkedState } from "../../core/outcome";

type LimitReason = Extract<Failure, { kind: "limited" }>["reason"];

/**
 * What a rule says of a refusal. `say` replaces Google's words where they are long, technical or missing.
 * `link` takes the address from Google's help links or from its words where no metadata names one.
 */
export type Verdict = { readonly say?: string; readonly link?: boolean } & (
  | {
      readonly kind:
        | "rejected"
        | "signature"
        | "capacity"
        | "transient"
        | "unauthorized"
        | "banned"
        | "denied"
        | "egress"
        | "machine";
    }
  /** `reason` is what holds where neither the limit nor the words tell more. */
  | { readonly kind: "limited"; readonly reason?: LimitReason; readonly scope?: LimitScope }
  | { readonly kind: "parked"; readonly state: Exclude<ParkedState, "banned">; readonly scope: "account" | "project" }
);

/**
 * One row: all conditions that are given must hold. Texts are in lower case and in one line.
 * `anyDomain`: the reason counts even where it is not Google's own; otherwise its domain must be Google's or absent.
 */
export interface Rule {
  readonly reasons?: readonly string[];
  readonly anyDomain?: true;
  readonly starts?: readonly string[];
  readonly has?: readonly string[];
  readonly statuses?: readonly number[];
  readonly backends?: readonly BackendName[];
  readonly html?: boolean;
  readonly verdict: Verdict;
}

const parked = (state: Exclude<ParkedState, "banned">, scope: "account" | "project", say?: string): Verdict => ({
  kind: "parked",
  state,
  scope,
  ...(say === undefined ? {} : { say }),
});

/** The verdicts that several rules share, with the words a person reads. */
export const VERDICTS = {
  keyInvalid: parked("key-invalid", "account"),
  keyUnsupported: parked(
    "key-invalid",
    "account",
    "Google does not accept this key here: it is cut, mistyped, or of a kind this service does not take.",
  ),
  keyBlocked: parked(
    "key-invalid",
    "account",
    "This API key may not be used for this: its restrictions (API, website, app or address) exclude the call.",
  ),
  keySuspended: parked("key-invalid", "account", "Google has suspended this API key."),
  keyLeaked: parked(
    "key-invalid",
    "account",
    "Google says this API key was leaked and has blocked it. Create a new one.",
  ),
  serviceDisabled: {
    ...parked(
      "project-disabled",
      "project",
      "The API is not enabled in this Google Cloud project. Enable it and wait some minutes.",
    ),
    link: true,
  },
  projectInvalid: parked(
    "project-disabled",
    "project",
    "Google does not know this Google Cloud project, or this account may not use it.",
  ),
  projectDenied: parked("project-disabled", "project"),
  projectMissing: parked(
    "project-disabled",
    "account",
    "The account's Google Cloud project is missing or its name is not valid.",
  ),
  billing: { ...parked("billing", "project"), link: true },
  billingDisabled: {
    ...parked("billing", "project", "Billing is not enabled for this Google Cloud project."),
    link: true,
  },
  prepay: { ...parked("billing", "project", "The prepaid credits of this project are used up."), link: true },
  country: {
    ...parked("billing", "project", "The free tier is not available in your country: this project needs billing."),
    link: true,
  },
  verification: { ...parked("needs-verification", "account", "Google asks you to verify this account."), link: true },
  notEligible: parked("not-eligible", "account", "Google says this account is not eligible for this service."),
  clientRetired: parked(
    "not-eligible",
    "account",
    "Google no longer serves this kind of account here: use an API key, Vertex, or a Code Assist Standard or Enterprise seat.",
  ),
  organisation: parked("not-eligible", "account", "A policy of the account's organisation forbids this call."),
  licence: {
    ...parked(
      "no-licence",
      "account",
      "This account has no Gemini Code Assist licence for its project. Ask the administrator for one.",
    ),
    link: true,
  },
  permission: parked(
    "no-licence",
    "account",
    "This account lacks the permission (IAM role) to call Gemini in its project.",
  ),
  login: parked("needs-login", "account", "Google no longer accepts this login. Log in again."),
  scopes: parked(
    "needs-login",
    "account",
    "This login was not given the permissions that Gemini needs. Log in again and allow them.",
  ),
  modelMissing: {
    kind: "limited",
    reason: "model-unavailable",
    say: "This model is not available to this account.",
  },
  placeUnknown: {
    kind: "rejected",
    say: "There is no Vertex AI at this address: the account's location may be mistyped.",
  },
  banned: {
    kind: "banned",
    link: false,
    say: "Google has disabled this account for a violation of its terms of service.",
  },
  egress: { kind: "egress", say: "Google does not serve Gemini at the place this network is in." },
  sorry: { kind: "egress", say: "Google takes this network for a source of automated queries and refuses it for now." },
  noIdentity: {
    kind: "machine",
    say: "The call reached Google without a key or token. Something between here and Google may have removed it.",
  },
  proxy: { kind: "machine", say: "A proxy between here and Google asks for a login." },
} as const satisfies Readonly<Record<string, Verdict>>;
