import type { BackendName } from "../core/account";
import { type Address, geminiAddress, type Place, vertexAddress } from "./address";
import type { HttpRequest } from "./answer";
import type { CallPath } from "./scenario";
import type { Json } from "./wire";

/** A request once it is known what it asks for. `inner` is the Gemini request, unwrapped; undefined where the body is not JSON. */
export interface Call {
  readonly path: CallPath;
  readonly backend: BackendName | "oauth";
  /** As Google's own services name it: `StreamGenerateContent`; of the metadata server, the value's name. */
  readonly method: string;
  readonly model: string | undefined;
  /** Where Vertex AI is asked, if the address says so: that of a key does not. */
  readonly place?: Place;
  readonly streaming: boolean;
  readonly sse: boolean;
  /** The client says it is Google's Node library: its errors come in an array. */
  readonly arrayErrors: boolean;
  readonly apiKey: string | undefined;
  readonly bearer: string | undefined;
  readonly body: string;
  readonly outer: Json | undefined;
  readonly inner: Json | undefined;
}

const METHODS: Readonly<Record<string, readonly [path: CallPath, name: string]>> = {
  generateContent: ["generate", "GenerateContent"],
  streamGenerateContent: ["generate", "StreamGenerateContent"],
  countTokens: ["count", "CountTokens"],
  retrieveUserQuota: ["quota", "RetrieveUserQuota"],
  loadCodeAssist: ["load", "LoadCodeAssist"],
  onboardUser: ["onboard", "OnboardUser"],
};

/** What a request asks for; undefined where nothing like it exists. `inspect` false leaves bodies of generate calls unread. */
export function readCall(request: HttpRequest, inspect: boolean): Call | undefined {
  const [path = "", query = ""] = split(request.target, "?");
  const sse = new URLSearchParams(query).get("alt") === "sse";
  const common = { ...credentials(request), sse, body: request.body };
  const oauth = oauthCall(request, path);
  if (oauth) return { ...common, ...oauth, backend: "oauth", ...NOTHING };
  // What a browser asks is in its address: it stands for the form.
  if (request.method === "GET" && path === "/o/oauth2/v2/auth")
    return { ...common, path: "authorize", method: "Authorize", body: query, backend: "oauth", ...NOTHING };
  if (request.method === "GET") return operationCall(path, common) ?? listCall(path, common);
  if (request.method !== "POST") return undefined;
  if (path.startsWith("/v1internal:")) return codeAssistCall(path.slice("/v1internal:".length), common, inspect);
  const asked = geminiAddress(path) ?? vertexAddress(path);
  return asked && geminiCall(asked, common, inspect);
}

/** Where a seat is being set up, its operation can be asked for. */
function operationCall(path: string, common: Common): Call | undefined {
  const name = /^\/v1internal\/(operations\/[^/]+)$/.exec(path)?.[1];
  return name === undefined
    ? undefined
    : { ...common, path: "operation", backend: "code-assist", method: name, ...NOTHING };
}

function listCall(path: string, common: Common): Call | undefined {
  const backend = LISTS[path];
  return backend && { ...common, path: "models", backend, method: "ListModels", ...NOTHING };
}

const LISTS: Readonly<Record<string, "gemini-api" | "vertex">> = {
  "/v1beta/models": "gemini-api",
  "/v1/publishers/google/models": "vertex",
  "/v1beta1/publishers/google/models": "vertex",
};

/** Logins, and what a machine of Google's knows of itself; that is told only to who asks by the right header. */
function oauthCall({ method, headers }: HttpRequest, path: string): Pick<Call, "path" | "method"> | undefined {
  if (path === "/token" && method === "POST") return { path: "token", method: "Token" };
  if (path === "/revoke" && method === "POST") return { path: "revoke", method: "Revoke" };
  if (/^\/oauth2\/v[123]\/userinfo$/.test(path) && method === "GET") return { path: "userinfo", method: "Userinfo" };
  const isMachines = path.startsWith(METADATA) && method === "GET" && headers["metadata-flavor"] === "Google";
  return isMachines ? { path: "metadata", method: path.slice(METADATA.length) } : undefined;
}

const METADATA = "/computeMetadata/v1/";

const NOTHING = { model: undefined, streaming: false, outer: undefined, inner: undefined };

type Common = Pick<Call, "apiKey" | "bearer" | "arrayErrors" | "sse" | "body">;

function credentials({ headers }: HttpRequest): Pick<Call, "apiKey" | "bearer" | "arrayErrors"> {
  const agent = `${headers["user-agent"] ?? ""} ${headers["x-goog-api-client"] ?? ""}`;
  return {
    apiKey: headers["x-goog-api-key"],
    bearer: /^Bearer (.+)$/i.exec(headers["authorization"] ?? "")?.[1],
    arrayErrors: agent.includes("google-api-nodejs-client"),
  };
}

function geminiCall(asked: Address, common: Common, inspect: boolean): Call | undefined {
  const { backend, place } = asked;
  const known = METHODS[asked.verb];
  if (known === undefined || (known[0] !== "generate" && known[0] !== "count")) return undefined;
  const inner = inspect || known[0] !== "generate" ? parsed(common.body) : {};
  const streaming = asked.verb === "streamGenerateContent";
  return {
    ...common,
    path: known[0],
    backend,
    method: known[1],
    model: decodeURIComponent(asked.model),
    ...(place === undefined ? {} : { place }),
    streaming,
    outer: inner,
    inner,
  };
}

function codeAssistCall(verb: string, common: Common, inspect: boolean): Call | undefined {
  const known = METHODS[verb];
  if (known === undefined) return undefined;
  const skip = !inspect && known[0] === "generate";
  const outer = skip
    ? { model: peek(common.body, "model"), project: peek(common.body, "project"), request: {} }
    : parsed(common.body);
  const inner = asObject(outer?.["request"]);
  const model = text(outer?.["model"]) ?? text(inner?.["model"])?.replace(/^models\//, "");
  return {
    ...common,
    path: known[0],
    backend: "code-assist",
    method: known[1],
    model,
    streaming: verb === "streamGenerateContent",
    outer,
    inner,
  };
}

/** The first short string member of that name near either end of a body that is too big to parse. */
function peek(body: string, name: string): string | undefined {
  const ends = body.length > 8192 ? `${body.slice(0, 4096)} ${body.slice(-4096)}` : body;
  return new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,200})"`).exec(ends)?.[1];
}

function parsed(body: string): Json | undefined {
  try {
    return asObject(JSON.parse(body));
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

const text = (value: unknown) => (typeof value === "string" ? value : undefined);

function split(whole: string, at: string): readonly string[] {
  const index = whole.indexOf(at);
  return index < 0 ? [whole] : [whole.slice(0, index), whole.slice(index + at.length)];
}
