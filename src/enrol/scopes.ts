/** Calls of Vertex AI, the Gemini API and Code Assist are allowed by this one. https://ai.google.dev/gemini-api/docs/oauth */
export const CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform";
const RETRIEVER = "https://www.googleapis.com/auth/generative-language.retriever";
const EMAIL = "https://www.googleapis.com/auth/userinfo.email";
const OPENID = "openid";

/** What a person is asked for, for an own OAuth client: the backend's, and who they are. */
export const SCOPES: Readonly<Record<"gemini-api" | "vertex", readonly string[]>> = {
  "gemini-api": [CLOUD_PLATFORM, RETRIEVER, EMAIL, OPENID],
  vertex: [CLOUD_PLATFORM, EMAIL, OPENID],
};

/** The boxes of Google's page, in its words as far as they are known. */
const BOXES: Readonly<Record<string, string>> = {
  [CLOUD_PLATFORM]: '"See, edit, configure and delete your Google Cloud data"',
  [RETRIEVER]: "the one about Gemini's semantic retrieval (generative-language.retriever)",
  [EMAIL]: '"See your primary Google Account email address"',
};

/** What an unticked box means. */
export interface ScopeVerdict {
  /** False: no call could be made with this login. */
  readonly isUsable: boolean;
  /** Empty where everything was granted, or where Google did not say. */
  readonly sentence: string;
}

/** Compares what was granted with what was asked. Google may grant more than that, and name it otherwise. */
export function judgeScopes(asked: readonly string[], granted: readonly string[]): ScopeVerdict {
  const has = new Set(granted);
  const missing = granted.length === 0 ? [] : asked.filter((scope) => BOXES[scope] !== undefined && !has.has(scope));
  if (missing.length === 0) return { isUsable: true, sentence: "" };
  const boxes = missing.map((scope) => BOXES[scope]).join(" and ");
  const isUsable = !missing.includes(CLOUD_PLATFORM);
  const next = isUsable ? "Log in again with it ticked if something is refused." : "Log in again and tick it.";
  return { isUsable, sentence: `On Google's page this box was not ticked: ${boxes}. ${next}` };
}
