import type { BackendName, DurationMs } from "../core/account";
import type { QuotaRule } from "./quota-rule";
import type { ConsentRule } from "./scenario-consent";
import type { SeatRule } from "./scenario-seat";
import type { ExpressAccount, LocationRule, VertexRule } from "./scenario-vertex";

export type { QuotaRule } from "./quota-rule";
export type { ConsentRule } from "./scenario-consent";
export type { IneligibleRule, SeatRule } from "./scenario-seat";
export type { ExpressAccount, LocationRule, VertexRule } from "./scenario-vertex";

/** A Google Cloud project. `number` is Google's number of it; free tier unless said otherwise. `quotas`: of the Gemini API. */
export interface ProjectRule {
  readonly tier?: "free" | "paid";
  readonly number?: string;
  readonly quotas?: readonly QuotaRule[];
  readonly vertex?: VertexRule;
}

/** A person with Code Assist seats: two logins of one person spend the same quota. */
export interface UserRule {
  readonly quotas?: readonly QuotaRule[];
}

/** An API key. Without `project` it has a project of its own. */
export interface KeyAccount {
  readonly label: string;
  readonly key: string;
  readonly project?: string;
  readonly latencyMs?: DurationMs;
}

/** A login of a person, with a Code Assist seat. `user` defaults to the label; `accessToken` is valid from the start, for `accessTokenSeconds` (3600). */
export interface SeatAccount {
  readonly label: string;
  readonly refreshToken: string;
  readonly project: string;
  readonly user?: string;
  /** What userinfo says; invented from the user where it is missing. */
  readonly email?: string;
  readonly client?: { readonly id: string; readonly secret?: string };
  /** What Code Assist says of the person; default a licensed seat that is set up. */
  readonly seat?: SeatRule;
  readonly accessToken?: string;
  readonly accessTokenSeconds?: number;
  readonly latencyMs?: DurationMs;
  /** False: no role in its project lets it call models of Vertex AI. */
  readonly mayPredict?: boolean;
}

/**
 * A service account. Signatures are checked where its public key (PEM) is given. `isMachine`: it is the one of the machine that
 * the pool runs on, so the metadata server gives its tokens; at most one is.
 */
export interface ServiceAccount {
  readonly label: string;
  readonly serviceEmail: string;
  readonly project: string;
  readonly publicKey?: string;
  readonly isMachine?: boolean;
  readonly accessToken?: string;
  readonly accessTokenSeconds?: number;
  readonly latencyMs?: DurationMs;
  /** False: no role in its project lets it call models of Vertex AI. */
  readonly mayPredict?: boolean;
}

export type ScenarioAccount = KeyAccount | ExpressAccount | SeatAccount | ServiceAccount;

/** An account that calls with access tokens: Vertex AI and the Gemini API in its project, a seat also Code Assist. */
export type TokenAccount = SeatAccount | ServiceAccount;

/**
 * What is asked for: a generated answer, an access token, what is left, the list of models, a token count, whose token it is,
 * the end of a token, a person's consent, what a machine of Google's knows of itself, what a seat is, its setup, how that goes.
 */
export type CallPath =
  | "generate"
  | "token"
  | "quota"
  | "models"
  | "count"
  | "userinfo"
  | "revoke"
  | "authorize"
  | "metadata"
  | "load"
  | "onboard"
  | "operation";

/** Changes to a named answer. Seconds may have fractions; what an answer has no room for is ignored. */
export interface AnswerChanges {
  readonly retryDelaySeconds?: number;
  readonly resetDelaySeconds?: number;
  readonly limit?: number;
  readonly model?: string;
  readonly message?: string;
  readonly arrayWrapped?: boolean;
  /** Events before a cut, a stall or an error; default 1. */
  readonly afterEvents?: number;
  /** Bytes per piece of a split stream; default 1, 2, 3, 4, 5 in turn. */
  readonly chunkBytes?: number;
  readonly finishReason?: string;
  readonly blockReason?: string;
  /** The case whose error an event carries. */
  readonly error?: string;
  /** How long a stalled or silent call is held at most; default 600. For a cut, how long before it; default 0.05. */
  readonly holdSeconds?: number;
  /** A pause before the answer. */
  readonly delayMs?: DurationMs;
}

/** Answers some calls differently. `calls` counts the calls that fit `on`, from 1; default all. The first rule that fires answers. */
export interface FaultRule {
  readonly on?: { readonly account?: string; readonly path?: CallPath; readonly model?: string };
  readonly calls?: readonly number[] | { readonly from: number; readonly to?: number } | "all";
  readonly answer: string;
  readonly with?: AnswerChanges;
}

/**
 * Answers every call differently for a while, in seconds since the start. What is not named fits everything; `path` is
 * `generate` unless told, `*` is every path of the backend.
 */
export interface OutageRule {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly backend?: BackendName;
  readonly model?: string;
  readonly account?: string;
  readonly path?: CallPath | "*";
  readonly answer: string;
  readonly with?: AnswerChanges;
}

/** One part of an answer, as Gemini has it. A function call gets a signature by itself. */
export interface ReplyPart {
  readonly text?: string;
  readonly thought?: boolean;
  readonly functionCall?: { readonly name: string; readonly args: Readonly<Record<string, unknown>> };
}

/** What has to be true of a request; everything named must hold. */
export interface ReplyCondition {
  readonly account?: string;
  readonly model?: string;
  readonly lastUserTextIncludes?: string;
  readonly hasFunctionResponse?: boolean;
  readonly toolsInclude?: string;
}

/** A scripted answer; the first that fits is given. `big` streams that many bytes of text instead of parts. */
export interface ReplyRule {
  readonly when?: ReplyCondition;
  readonly parts?: readonly ReplyPart[];
  readonly finishReason?: string;
  /** Into how many events each text is split; default 2. */
  readonly events?: number;
  readonly usage?: Readonly<Record<string, number>>;
  readonly big?: { readonly bytes: number; readonly eventBytes?: number };
}

/** A world of projects, people, credentials, limits, scripted answers and faults. */
export interface Scenario {
  readonly accounts: readonly ScenarioAccount[];
  readonly projects?: Readonly<Record<string, ProjectRule>>;
  readonly users?: Readonly<Record<string, UserRule>>;
  /** The models that exist; default `DEFAULT_MODELS`. */
  readonly models?: readonly string[];
  /** Locations of Vertex AI that are not like all the others. */
  readonly locations?: Readonly<Record<string, LocationRule>>;
  /** Vertex AI then knows no ids of function calls, as until September 2026. */
  readonly vertexWithoutCallIds?: boolean;
  /** The client that seats without their own belong to, and the lifetime of new tokens in seconds (3599). */
  readonly oauth?: {
    readonly clientId?: string;
    readonly clientSecret?: string;
    readonly expiresIn?: number;
    readonly consent?: ConsentRule;
  };
  readonly replies?: readonly ReplyRule[];
  readonly faults?: readonly FaultRule[];
  readonly outages?: readonly OutageRule[];
  /** A signature is then valid for the account that minted it, and Gemini 3 wants one on each step of the current turn. */
  readonly strictSignatures?: boolean;
  /** What a per-day refusal of the Gemini API says as its RetryInfo; default the time until midnight Pacific. Real ones often say 36. */
  readonly dayRetrySeconds?: number;
  /** A pause before every answer. */
  readonly latencyMs?: DurationMs;
  /** False: bodies of generate calls are neither parsed nor judged, for measuring. */
  readonly inspectBodies?: boolean;
}

/** The models of a scenario that names none. */
export const DEFAULT_MODELS: readonly string[] = [
  "gemini-2.0-flash",
  "gemini-2.5-flash",
  "gemini-2.5-flash-lite",
  "gemini-2.5-pro",
  "gemini-3-flash-preview",
  "gemini-3-pro-preview",
  "gemini-3.1-pro-preview",
  "gemini-3.5-flash",
  "gemini-3.6-flash",
  "gemini-3.8-flash",
];

/** The OAuth client of a scenario that names none; invented. */
export const DEFAULT_CLIENT = { id: "example-client.apps.example", secret: "example-client-secret" };

/** The OAuth client that a login belongs to; of nobody, the scenario's. */
export const clientOf = (
  { oauth }: Scenario,
  seat: SeatAccount | undefined,
): { readonly id: string; readonly secret?: string } =>
  seat?.client ?? { id: oauth?.clientId ?? DEFAULT_CLIENT.id, secret: oauth?.clientSecret ?? DEFAULT_CLIENT.secret };

export const isKeyAccount = (account: ScenarioAccount): account is KeyAccount => "key" in account;

export const isExpressAccount = (account: ScenarioAccount): account is ExpressAccount => "expressKey" in account;

export const isSeat = (account: ScenarioAccount): account is SeatAccount => "refreshToken" in account;

export const isServiceAccount = (account: ScenarioAccount): account is ServiceAccount => "serviceEmail" in account;

export const isTokenAccount = (account: ScenarioAccount): account is TokenAccount =>
  isSeat(account) || isServiceAccount(account);
